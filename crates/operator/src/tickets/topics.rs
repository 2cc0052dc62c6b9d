//! What tickets can be about: the cloud's own list, in the caller's language.

use contract::collection::Collection;
use contract::operations::ListSupportTopics;
use contract::resources::service_request::SupportTopic;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<ListSupportTopics> for Operator {
    fn serve(
        _: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<SupportTopic>>, Fault> {
        let shown = |topic: &contract::profile::SupportTopic| SupportTopic {
            name: Some(topic.name.get(input.locale).to_owned()),
            description: Some(topic.description.get(input.locale).to_owned()),
            id: Some(topic.id.into()),
            attributes: None,
        };
        Ok(Answer::of(Collection::new(cx.profile.support_topics.iter().map(shown).collect())))
    }
}
