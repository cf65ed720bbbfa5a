//! How wide an element is, so that a drawing lays itself out for its room instead of shrinking.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// The width of an element in whole CSS pixels; zero before it is known.
#[hook]
pub(crate) fn use_width(element: &NodeRef) -> u32 {
    let width = use_state(|| 0);
    let (node, state) = (element.clone(), width.clone());
    use_effect_with((), move |()| {
        let measured = node.clone();
        let measure = Closure::<dyn Fn()>::new(move || {
            if let Some(element) = measured.cast::<Element>() {
                state.set(element.client_width().max(0).cast_unsigned());
            }
        });
        let observer = ResizeObserver::new(measure.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, node.cast::<Element>()) {
            observer.observe(&element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(measure);
        }
    });
    *width
}
