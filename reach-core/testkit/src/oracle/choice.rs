//! Choices that the network makes by itself (PIPE-07, PK-05): a walk asks for one number after the
//! other, and walking again after [`Choices::advance`] gives the next combination.

#[derive(Debug, Default)]
pub(super) struct Choices {
    /// What was picked, and out of how many.
    made: Vec<(usize, usize)>,
    next: usize,
}

impl Choices {
    /// One of `0..options`.
    pub(super) fn pick(&mut self, options: usize) -> usize {
        if self.next == self.made.len() {
            self.made.push((0, options));
        }
        let picked = self.made.get(self.next).map_or(0, |(pick, _)| *pick);
        self.next += 1;
        picked.min(options.saturating_sub(1))
    }

    /// Goes on to the next combination; false when all have been had.
    pub(super) fn advance(&mut self) -> bool {
        self.next = 0;
        while let Some((pick, options)) = self.made.pop() {
            if pick + 1 < options {
                self.made.push((pick + 1, options));
                return true;
            }
        }
        false
    }
}
