//! Work that is killed in the middle.

use std::pin::pin;
use std::task::Poll;

/// Drives work so many times and drops it then, as a program is killed; none when it was not done by then.
pub async fn killed_after<T>(work: impl Future<Output = T>, times: usize) -> Option<T> {
    let mut work = pin!(work);
    let mut driven = 0;
    std::future::poll_fn(move |cx| {
        driven += 1;
        if driven > times { Poll::Ready(None) } else { work.as_mut().poll(cx).map(Some) }
    })
    .await
}
