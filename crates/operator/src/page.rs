//! Lists that are paged by `size` and `offset`.

use contract::collection::Collection;
use contract::operation::Operation;
use contract::query::{PageLimits, Query};
use kernel::Problem;

use crate::link;

/// The part of a list that a caller asks for.
pub(crate) struct Page {
    size: u64,
    from: u64,
    /// One more than asked for, which says whether there is a next page.
    pub(crate) limit: u32,
    pub(crate) offset: u32,
}

/// Where the next page begins, if there is one.
pub(crate) struct Next(Option<u64>);

impl Page {
    pub(crate) fn of(query: &Query) -> Result<Self, Problem> {
        let page = query.page(PageLimits::CUSTOMERS)?;
        Ok(Self {
            size: page.size,
            from: page.offset,
            limit: u32::try_from(page.size).unwrap_or(u32::MAX).saturating_add(1),
            offset: u32::try_from(page.offset).unwrap_or(u32::MAX),
        })
    }

    /// Leaves the rows of this page.
    pub(crate) fn cut<R>(&self, rows: &mut Vec<R>) -> Next {
        let more = rows.len() as u64 > self.size;
        rows.truncate(usize::try_from(self.size).unwrap_or(usize::MAX));
        Next(more.then_some(self.from + self.size))
    }
}

impl Next {
    /// The list, with a link to the next page if there is one. The operation's path has no parameters.
    pub(crate) fn list<O: Operation, T>(self, items: Vec<T>, query: &Query) -> Collection<T> {
        let list = Collection::new(items);
        match self.0 {
            None => list,
            Some(offset) => {
                let query = query.with("offset", offset.to_string());
                list.next(format!("{}?{}", link::to::<O>(&[]), query.encode()))
            }
        }
    }
}
