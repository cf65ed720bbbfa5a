//! A hired worker: asked questions, one after the other, and ended when it is dropped, whatever it is at.

use std::cell::RefCell;
use std::rc::Rc;

use faultlab_hunt::{News, Question};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// The script that starts the page starts the worker too.
const SCRIPT: &str = "start.js";

/// Whether the worker listens already.
enum Line {
    /// Not yet; the last question that was asked waits.
    Waiting(Option<String>),
    Open,
}

pub(super) struct Hired {
    worker: Worker,
    line: Rc<RefCell<Line>>,
    _heard: Closure<dyn Fn(MessageEvent)>,
    _failed: Closure<dyn Fn(JsValue)>,
}

impl Drop for Hired {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Hired {
    /// A worker, with whom to tell its news and its failure.
    ///
    /// # Errors
    /// There are no workers here: a sandboxed frame, or a browser that knows no module workers.
    pub(super) fn new(hear: impl Fn(News) + 'static, fail: impl Fn() + 'static) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options)?;
        let line = Rc::new(RefCell::new(Line::Waiting(None)));
        let heard = {
            let (worker, line) = (worker.clone(), Rc::clone(&line));
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                let text = event.data().as_string().unwrap_or_default();
                match News::from_json(&text) {
                    Ok(News::Ready) => {
                        if let Line::Waiting(Some(question)) = line.replace(Line::Open) {
                            let _ = worker.post_message(&JsValue::from_str(&question));
                        }
                    }
                    Ok(news) => hear(news),
                    Err(_) => {}
                }
            })
        };
        let failed = Closure::<dyn Fn(JsValue)>::new(move |_| fail());
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Ok(Self { worker, line, _heard: heard, _failed: failed })
    }

    /// Asks, as soon as the worker listens.
    pub(super) fn ask(&self, question: &Question) {
        let text = question.to_json();
        match &mut *self.line.borrow_mut() {
            Line::Waiting(waiting) => *waiting = Some(text),
            Line::Open => {
                let _ = self.worker.post_message(&JsValue::from_str(&text));
            }
        }
    }
}
