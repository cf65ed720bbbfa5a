//! What clients saw of a run.

use faultlab_check::history::Recorder;
use faultlab_core::{Answer, Protocol, ReadAccess, RequestId};
use faultlab_sim::{Fact, FactKind, Sink};

/// Records the requests that are operations on registers.
pub(crate) struct HistoryListener<'r, P: Protocol> {
    pub(crate) read: ReadAccess<P>,
    pub(crate) recorder: &'r mut Recorder,
}

fn process(id: RequestId) -> u32 {
    u32::from(id.client.0)
}

impl<P: Protocol> Sink<P> for HistoryListener<'_, P> {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        // A client asks one thing at a time, and only what it asked is answered: the recorder has nothing to refuse.
        let _ = match fact.kind {
            FactKind::Invoked { id, request } => {
                let Some(accessed) = (self.read)(request, None) else { return };
                self.recorder.call(process(id), accessed, Some(fact.at)).is_ok()
            }
            FactKind::Returned { id, request, response, answer, .. } => {
                let Some(accessed) = (self.read)(request, Some(response)) else { return };
                let ended = match accessed.reply {
                    _ if answer == Answer::Refused => self.recorder.failed(process(id)),
                    Some(reply) => self.recorder.done(process(id), reply, Some(fact.at)),
                    None => self.recorder.unknown(process(id)),
                };
                ended.is_ok()
            }
            _ => return,
        };
    }
}
