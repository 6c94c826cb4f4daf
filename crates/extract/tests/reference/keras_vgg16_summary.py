"""What Keras prints of VGG16, frozen: first without its classifier, then with it.

Usage: KERAS_BACKEND=torch python keras_vgg16_summary.py >keras_vgg16_summary.txt
(needs keras and a backend; made with keras 3.15.1 and torch 2.11.0)
"""

import keras

for top in (False, True):
    # Or the second model's first layer were `input_layer_1`.
    keras.backend.clear_session()
    shape = None if top else (224, 224, 3)
    model = keras.applications.VGG16(weights=None, include_top=top, input_shape=shape)
    model.trainable = False
    model.summary(line_length=80)
