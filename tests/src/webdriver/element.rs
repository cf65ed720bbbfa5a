//! An element of the page, and what a person does to it.

use super::wire::Driver;
use serde_json::{Value, json};

/// The key under which WebDriver hands out elements, fixed by the standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element of the page as it is now.
pub struct Element<'browser> {
    driver: &'browser Driver,
    id: String,
}

impl<'browser> Element<'browser> {
    pub(super) fn from_wire(driver: &'browser Driver, value: &Value) -> Option<Self> {
        Some(Self { driver, id: value[ELEMENT].as_str()?.to_owned() })
    }

    /// The element as an argument of a script.
    pub fn to_wire(&self) -> Value {
        json!({ ELEMENT: self.id })
    }

    /// Scrolls to it and clicks its middle; fails if something covers it.
    #[track_caller]
    pub fn click(&self) {
        self.post("click", &json!({}));
    }

    /// Focuses it and types.
    #[track_caller]
    pub fn keys(&self, text: &str) {
        self.post("value", &json!({ "text": text }));
    }

    /// Empties a field.
    #[track_caller]
    pub fn clear(&self) {
        self.post("clear", &json!({}));
    }

    /// The text that is to be seen.
    #[track_caller]
    pub fn text(&self) -> String {
        self.get("text").as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.get(&format!("attribute/{name}")).as_str().map(str::to_owned)
    }

    /// The live value of a property: `value`, `checked`, `open`.
    #[track_caller]
    pub fn property(&self, name: &str) -> Value {
        self.get(&format!("property/{name}"))
    }

    /// The name that a screen reader speaks.
    #[track_caller]
    pub fn spoken_name(&self) -> String {
        self.get("computedlabel").as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn is_displayed(&self) -> bool {
        self.get("displayed") == Value::Bool(true)
    }

    /// Its middle in the window, after scrolling it into view: where a pointer goes.
    #[track_caller]
    pub fn middle(&self) -> (i64, i64) {
        const SCRIPT: &str = "
            arguments[0].scrollIntoView({ block: 'nearest', inline: 'nearest' });
            const box = arguments[0].getBoundingClientRect();
            return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];";
        let point = self.driver.post("execute/sync", &json!({ "script": SCRIPT, "args": [self.to_wire()] }));
        (point[0].as_i64().expect("x"), point[1].as_i64().expect("y"))
    }

    #[track_caller]
    fn post(&self, command: &str, body: &Value) -> Value {
        self.driver.post(&format!("element/{}/{command}", self.id), body)
    }

    #[track_caller]
    fn get(&self, command: &str) -> Value {
        self.driver.get(&format!("element/{}/{command}", self.id))
    }
}
