//! The link between gateway and operator zone with somebody on it: everything that passes is kept, and answers can be
//! changed on their way. This is what an operator can do that has changed its own programs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use edge::{HeaderName, LinkFuture, OperatorLink, OperatorReply, OperatorRequest, Reach};
use operator::Operator;
use treuhand::link::Late;

/// Changes an answer before the gateway gets it.
pub type Lie = Arc<dyn Fn(&OperatorRequest, &mut OperatorReply) + Send + Sync>;

/// The tapped link.
#[derive(Default)]
pub struct Tap {
    inner: Late,
    heard: Mutex<Vec<(OperatorRequest, OperatorReply)>>,
    lie: Mutex<Option<Lie>>,
    reach: Mutex<Reach>,
}

impl Tap {
    /// Names the operator zone behind the link.
    pub fn set(&self, operator: Operator) {
        self.inner.set(operator);
    }

    /// Lies from now on.
    pub fn lies(&self, lie: impl Fn(&OperatorRequest, &mut OperatorReply) + Send + Sync + 'static) {
        *open(&self.lie) = Some(Arc::new(lie));
    }

    /// Is honest again.
    pub fn is_honest(&self) {
        *open(&self.lie) = None;
    }

    /// From now on calls were seen to go there.
    pub fn reaches(&self, reach: Reach) {
        *open(&self.reach) = reach;
    }

    /// Every message that reached the operator zone, with its honest answer.
    pub fn heard(&self) -> Vec<(OperatorRequest, OperatorReply)> {
        open(&self.heard).clone()
    }

    /// Forgets what it heard.
    pub fn forget(&self) {
        open(&self.heard).clear();
    }

    /// Everything that reached the operator zone, as bytes of a wire.
    pub fn traffic(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (request, reply) in &*open(&self.heard) {
            let head = request.clone().into_http("https://operator.example");
            let head = head.map(|request| request.into_parts().0).ok();
            out.extend_from_slice(format!("{} {}\n", request.method, request.path_and_query).as_bytes());
            for (name, value) in head.iter().flat_map(|head| head.headers.iter()) {
                line(&mut out, name, value.as_bytes());
            }
            out.extend_from_slice(&request.body);
            out.extend_from_slice(format!("\n{}\n", reply.status).as_bytes());
            for (name, value) in &reply.headers {
                line(&mut out, name, value.as_bytes());
            }
            out.extend_from_slice(&reply.body);
            out.push(b'\n');
        }
        out
    }
}

fn line(out: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    out.extend_from_slice(name.as_str().as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.push(b'\n');
}

/// A lock that a failed test left behind is as good as any.
fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OperatorLink for Tap {
    fn reach(&self) -> Reach {
        *open(&self.reach)
    }

    fn call(&self, request: OperatorRequest) -> LinkFuture<'_> {
        Box::pin(async move {
            let mut reply = self.inner.call(request.clone()).await?;
            open(&self.heard).push((request.clone(), reply.clone()));
            let lie = open(&self.lie).clone();
            if let Some(lie) = lie {
                lie(&request, &mut reply);
            }
            Ok(reply)
        })
    }
}
