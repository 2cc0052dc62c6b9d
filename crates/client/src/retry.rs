//! When a call is made again: as the contract documents it, and always under the same request id.

use http::StatusCode;
use std::time::Duration;

/// How often and after what waits a call is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Tries in all, the first included.
    pub tries: u32,
    /// The wait before the second try; each further wait is twice as long.
    pub first_wait: Duration,
    /// The longest wait, also when the API asks for a longer one: then the refusal is given back instead.
    pub longest_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { tries: 3, first_wait: Duration::from_millis(500), longest_wait: Duration::from_mins(1) }
    }
}

impl Retry {
    /// Every call once.
    pub const NEVER: Self = Self { tries: 1, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };

    /// The wait before the next try, or `None` when the outcome stands. `tried` counts from 1; `status` is `None`
    /// when no answer came.
    pub(crate) fn wait(
        &self,
        tried: u32,
        status: Option<StatusCode>,
        retry_after: Option<u32>,
    ) -> Option<Duration> {
        let again = match status {
            None | Some(StatusCode::TOO_MANY_REQUESTS) => true,
            // The others of the 500 class mean that nothing will change by asking again.
            Some(status) => matches!(status.as_u16(), 500 | 502 | 503 | 504),
        };
        if !again || tried >= self.tries {
            return None;
        }
        let own = self.first_wait.saturating_mul(1 << (tried - 1).min(16));
        let wait = retry_after.map_or(own, |seconds| own.max(Duration::from_secs(seconds.into())));
        (wait <= self.longest_wait).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let retry = Retry::default();
        let wait = |tried, status: u16, after| retry.wait(tried, StatusCode::from_u16(status).ok(), after);
        for status in [200, 400, 401, 403, 404, 405, 409, 412, 417, 501] {
            assert_eq!(wait(1, status, None), None, "{status}");
        }
        for status in [429, 500, 502, 503, 504] {
            assert_eq!(wait(1, status, None), Some(Duration::from_millis(500)), "{status}");
            assert_eq!(wait(2, status, None), Some(Duration::from_secs(1)), "{status}");
            assert_eq!(wait(3, status, None), None, "{status}");
        }
        assert_eq!(wait(1, 429, Some(7)), Some(Duration::from_secs(7)));
        assert_eq!(wait(1, 429, Some(61)), None, "longer than we wait");
        assert_eq!(retry.wait(1, None, None), Some(Duration::from_millis(500)));
        assert_eq!(Retry::NEVER.wait(1, None, None), None);
    }
}
