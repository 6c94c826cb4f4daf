use faer::{
    MatMut, MatRef, Par,
    dyn_stack::{MemBuffer, MemStack},
    linalg::cholesky::llt::{factor, solve},
};

/// Solves `a x = rhs` in place, `a` `[n, n]` symmetric, its lower triangle given column by column
/// and overwritten by its factor. Returns `false` if `a` is not positive definite in f32.
pub(super) fn solve_in_place(a: &mut [f32], rhs: &mut [f32]) -> bool {
    let n = rhs.len();
    let scratch = factor::cholesky_in_place_scratch::<f32>(n, Par::Seq, Default::default());
    let factored = factor::cholesky_in_place(
        MatMut::from_column_major_slice_mut(a, n, n),
        Default::default(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    if factored.is_err() {
        return false;
    }
    let scratch = solve::solve_in_place_scratch::<f32>(n, 1, Par::Seq);
    solve::solve_in_place(
        MatRef::from_column_major_slice(a, n, n),
        MatMut::from_column_major_slice_mut(rhs, n, 1),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
    );
    rhs.iter().all(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definite_system_is_solved() {
        let mut a = [4.0, 2.0, 0.0, 3.0];
        let mut rhs = [10.0, 8.0];
        assert!(solve_in_place(&mut a, &mut rhs));
        assert!((rhs[0] - 1.75).abs() < 1e-6 && (rhs[1] - 1.5).abs() < 1e-6);
    }

    #[test]
    fn an_indefinite_system_is_refused() {
        assert!(!solve_in_place(&mut [1.0, 2.0, 0.0, 1.0], &mut [1.0, 1.0]));
    }
}
