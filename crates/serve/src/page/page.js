"use strict";

const NEIGHBORS = 6;
const element = (id) => document.getElementById(id);
let about = null;

function say(text, isBad = false) {
  element("status").textContent = text;
  element("status").classList.toggle("bad", isBad);
}

async function json(address, options) {
  const response = await fetch(address, options);
  const answer = await response.json().catch(() => ({ error: `the service says ${response.status}` }));
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function start() {
  about = await json("/about");
  element("model").textContent = about.model;
  document.title = `${about.model} · offshelf`;
  const n = about.classes.length;
  element("about").textContent = `${n} ${n === 1 ? "class" : "classes"}, on ${about.tap} of ${about.backbone} (${about.weights})`;
}

// One request a picture: the first answers while the others wait.
async function ask(files) {
  for (const file of files) {
    say(`Looking at ${file.name}`);
    try {
      const form = new FormData();
      form.append("file", file, file.name);
      const wanted = `top=5&heat_map=${about.heat_maps}&neighbors=${about.neighbors ? NEIGHBORS : 0}`;
      const answer = await json(`/predict?${wanted}`, { method: "POST", body: form });
      show(file, answer.kind, answer.predictions[0]);
    } catch (error) {
      say(`${file.name}: ${error.message}`, true);
    }
  }
}

function inWords(prediction) {
  if (!Array.isArray(prediction)) return prediction;
  return prediction.length === 0 ? "no label" : prediction.join(", ");
}

function show(file, kind, found) {
  const answer = element("answer").content.cloneNode(true);
  const item = answer.querySelector("li");
  const said = inWords(found.prediction);
  item.querySelector("h2").textContent = said;
  item.querySelector("figcaption").textContent = file.name;
  const given = item.querySelector(".given");
  given.src = URL.createObjectURL(file);
  given.alt = `Your picture ${file.name}`;
  // Formats that the network reads and this browser does not.
  given.addEventListener("error", () => { given.hidden = true; });
  heatMap(item, found.heat_map, said);
  classes(item, kind, found.classes);
  neighbors(item, found.neighbors);
  element("answers").prepend(answer);
  const best = found.classes[0];
  say(`${file.name}: ${said}${kind === "probability" ? `, ${percent(best.score)}` : ""}`);
}

function heatMap(item, picture, said) {
  if (!picture) return;
  const [given, map, toggle] = [".given", ".map", ".toggle"].map((name) => item.querySelector(name));
  map.src = picture;
  map.alt = `What the network saw: red where it speaks for ${said}, blue where it speaks against it`;
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const isShown = map.hidden;
    map.hidden = !isShown;
    given.hidden = isShown;
    toggle.setAttribute("aria-pressed", String(isShown));
  });
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

function classes(item, kind, found) {
  const isProbability = kind === "probability";
  item.querySelector("caption").textContent = isProbability ? "Probabilities" : "Scores (they compare classes, and say nothing absolute)";
  const scores = found.map((one) => one.score);
  const [most, least] = isProbability ? [1, 0] : [Math.max(...scores), Math.min(...scores, 0)];
  for (const { class: name, score } of found) {
    const row = item.querySelector("tbody").insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name;
    const bar = document.createElement("progress");
    bar.value = most > least ? (score - least) / (most - least) : 0;
    bar.setAttribute("aria-label", name);
    row.append(head);
    row.insertCell().append(bar);
    row.insertCell().textContent = isProbability ? percent(score) : score.toFixed(3);
  }
}

function neighbors(item, found) {
  if (found.length === 0) return;
  item.querySelector(".neighbors").hidden = false;
  for (const { path, class: name, similarity, picture } of found) {
    const entry = document.createElement("li");
    if (picture) {
      const image = document.createElement("img");
      image.src = picture;
      image.alt = "";
      image.loading = "lazy";
      entry.append(image);
    }
    const text = document.createElement("span");
    text.textContent = `${name ?? "no class"}, ${similarity.toFixed(2)}`;
    text.title = path;
    entry.append(text);
    const where = document.createElement("div");
    where.textContent = path;
    entry.append(where);
    item.querySelector(".neighbors ul").append(entry);
  }
}

function pictures(list) {
  const files = Array.from(list ?? []);
  if (files.length > 0) ask(files);
}

for (const id of ["file", "camera"]) {
  element(id).addEventListener("change", (event) => {
    pictures(event.target.files);
    event.target.value = "";
  });
}
document.addEventListener("paste", (event) => pictures(event.clipboardData?.files));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  element("drop").classList.add("over");
});
document.addEventListener("dragleave", () => element("drop").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  element("drop").classList.remove("over");
  pictures(event.dataTransfer?.files);
});
start().catch((error) => say(error.message, true));
