//! A serializer that prints a state's fields for people: nodes by name, times in their units, what lies in something else in
//! brackets, and nothing of what is empty there. A field that is one of several variants shows the variant's name, and what the
//! variant holds follows as fields of its own.

use std::fmt::{self, Display, Write};

use serde::ser::{self, Serialize};

use crate::Field;

/// The fields of a struct, in order, those that have a name.
pub(crate) fn fields_of<T: Serialize>(
    value: &T,
    node_name: &dyn Fn(u8) -> String,
    field_name: &dyn Fn(&'static str) -> Option<&'static str>,
) -> Vec<Field> {
    let mut printer = Printer {
        out: String::new(),
        node_name,
        field_name,
        depth: 0,
        promoted: 0,
        fields: Vec::new(),
        first: true,
        begun: Vec::new(),
        in_request: false,
    };
    if value.serialize(&mut printer).is_err() {
        return Vec::new();
    }
    let named = |(slug, value): (&'static str, String)| {
        field_name(slug).map(|name| Field { slug: slug.into(), name: name.into(), value })
    };
    printer.fields.into_iter().filter_map(named).collect()
}

struct Printer<'a> {
    out: String,
    node_name: &'a dyn Fn(u8) -> String,
    field_name: &'a dyn Fn(&'static str) -> Option<&'static str>,
    /// How many structs are open whose fields count as the state's own.
    promoted: u32,
    /// How many brackets are open; fields at depth one are collected.
    depth: u32,
    fields: Vec<(&'static str, String)>,
    first: bool,
    /// Where the text of each open bracket begins.
    begun: Vec<usize>,
    /// Whether the struct that is open is the name of a request, which reads `c2.1` in every language.
    in_request: bool,
}

/// What stands for nothing.
const NOTHING: &str = "–";

#[derive(Debug)]
struct Unprintable(String);

impl Display for Unprintable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unprintable {}

impl ser::Error for Unprintable {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Printed = Result<(), Unprintable>;

impl Printer<'_> {
    fn put(&mut self, text: impl Display) -> Printed {
        write!(self.out, "{text}").map_err(|error| Unprintable(error.to_string()))
    }

    /// Whether the fields of a struct that opens or closes here are the state's own.
    fn promotes(&self) -> bool {
        self.depth == 1 && self.promoted > 0
    }

    fn open(&mut self) {
        self.depth += 1;
        self.first = true;
        self.begun.push(self.out.len());
    }

    /// Ends what was opened; brackets are needed only inside something else.
    fn close(&mut self, [left, right]: [&str; 2]) -> Printed {
        self.depth -= 1;
        self.first = false;
        let begun = self.begun.pop().unwrap_or(0);
        if self.out.len() == begun {
            return self.put(NOTHING);
        }
        if self.depth > 1 {
            self.out.insert_str(begun, left);
            self.put(right)?;
        }
        Ok(())
    }

    /// A name of the code in words.
    fn put_name(&mut self, name: &'static str) -> Printed {
        match (self.field_name)(name) {
            Some(words) => self.put(words),
            None => self.put(name.replace('_', " ")),
        }
    }

    fn separate(&mut self, separator: &str) -> Printed {
        if std::mem::replace(&mut self.first, false) { Ok(()) } else { self.put(separator) }
    }
}

macro_rules! print_numbers {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Printed {
            self.put(value)
        }
    )*};
}

impl ser::Serializer for &mut Printer<'_> {
    type Ok = ();
    type Error = Unprintable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    print_numbers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_str: &str
    );

    fn serialize_bool(self, value: bool) -> Printed {
        self.put(if value { "✓" } else { NOTHING })
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Printed {
        let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
        self.put(format_args!("[{}]", numbers.join(", ")))
    }

    fn serialize_none(self) -> Printed {
        self.put(NOTHING)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Printed {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Printed {
        self.put(NOTHING)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Printed {
        self.put(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Printed {
        self.put_name(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Printed {
        let begin = self.out.len();
        value.serialize(&mut *self)?;
        // The names of the vocabulary are shown as people know them, not as the numbers they are.
        let number = self.out[begin..].parse::<u64>().ok();
        let shown = match (name, number) {
            ("NodeId", Some(number)) => (self.node_name)(number as u8),
            ("ClientId", Some(number)) => format!("c{number}"),
            ("Time" | "Span", Some(number)) => faultlab_core::Span(number).to_string(),
            _ => return Ok(()),
        };
        self.out.truncate(begin);
        self.put(shown)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Printed {
        self.put_name(variant)?;
        if self.depth == 1 {
            // What a struct in it holds is promoted; anything else shows nothing more than the name.
            let label = std::mem::take(&mut self.out);
            self.promoted += 1;
            value.serialize(&mut *self)?;
            self.promoted -= 1;
            self.out = label;
            return Ok(());
        }
        self.put(" ")?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unprintable> {
        self.open();
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unprintable> {
        self.open();
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unprintable> {
        self.open();
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Unprintable> {
        self.put_name(variant)?;
        self.open();
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unprintable> {
        self.open();
        Ok(self)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, Unprintable> {
        self.in_request = name == "RequestId";
        if !self.in_request && !self.promotes() {
            self.open();
        }
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Unprintable> {
        self.put_name(variant)?;
        self.put(" ")?;
        self.open();
        Ok(self)
    }
}

macro_rules! print_sequences {
    ($($trait:ident $method:ident $brackets:expr),*) => {$(
        impl ser::$trait for &mut Printer<'_> {
            type Ok = ();
            type Error = Unprintable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Printed {
                self.separate(", ")?;
                value.serialize(&mut **self)
            }

            fn end(self) -> Printed {
                self.close($brackets)
            }
        }
    )*};
}

print_sequences!(
    SerializeSeq serialize_element ["[", "]"],
    SerializeTuple serialize_element ["(", ")"],
    SerializeTupleStruct serialize_field ["(", ")"],
    SerializeTupleVariant serialize_field ["(", ")"]
);

impl ser::SerializeMap for &mut Printer<'_> {
    type Ok = ();
    type Error = Unprintable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Printed {
        self.separate(", ")?;
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Printed {
        self.put(": ")?;
        value.serialize(&mut **self)
    }

    fn end(self) -> Printed {
        self.close(["{", "}"])
    }
}

impl Printer<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Printed {
        if self.depth == 1 {
            let place = self.fields.len();
            let before = std::mem::take(&mut self.out);
            let promoted = std::mem::take(&mut self.promoted);
            value.serialize(&mut *self)?;
            self.promoted = promoted;
            let text = std::mem::replace(&mut self.out, before);
            self.fields.insert(place, (key, text));
            return Ok(());
        }
        let (before, was_first) = (self.out.len(), self.first);
        self.separate(", ")?;
        self.put_name(key)?;
        self.put(" ")?;
        let begun = self.out.len();
        value.serialize(&mut *self)?;
        if self.out[begun..] == *NOTHING {
            self.out.truncate(before);
            self.first = was_first;
        }
        Ok(())
    }
}

impl ser::SerializeStruct for &mut Printer<'_> {
    type Ok = ();
    type Error = Unprintable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Printed {
        if self.in_request {
            if key == "sequence" {
                self.put(".")?;
            }
            return value.serialize(&mut **self);
        }
        self.field(key, value)
    }

    fn end(self) -> Printed {
        if std::mem::take(&mut self.in_request) {
            return Ok(());
        }
        if self.promotes() { Ok(()) } else { self.close(["(", ")"]) }
    }
}

impl ser::SerializeStructVariant for &mut Printer<'_> {
    type Ok = ();
    type Error = Unprintable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Printed {
        self.field(key, value)
    }

    fn end(self) -> Printed {
        let is_empty = self.begun.last() == Some(&self.out.len());
        self.close(["(", ")"])?;
        if is_empty {
            // The variant's name says all.
            let named = self.out.len() - NOTHING.len() - " ".len();
            self.out.truncate(named);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::fields_of;
    use faultlab_core::{ClientId, NodeId, RequestId, Span};
    use serde::Serialize;
    use std::collections::BTreeMap;

    #[derive(Serialize)]
    enum Role {
        Follower,
        Leader(Leadership),
    }

    #[derive(Serialize)]
    struct Leadership {
        next: Vec<u64>,
        nested: Option<(u8, bool)>,
    }

    #[derive(Serialize)]
    struct State {
        term: u64,
        voted_for: Option<NodeId>,
        votes: Vec<NodeId>,
        role: Role,
        table: BTreeMap<u32, Span>,
        hidden: bool,
    }

    #[test]
    fn fields_are_printed_for_people() {
        let state = State {
            term: 4,
            voted_for: Some(NodeId(2)),
            votes: vec![NodeId(0), NodeId(2)],
            role: Role::Leader(Leadership { next: vec![3, 4], nested: Some((1, true)) }),
            table: BTreeMap::from([(7, Span::millis(150))]),
            hidden: true,
        };
        let node = |number| format!("S{}", number + 1);
        let name = |slug: &str| match slug {
            "hidden" => None,
            "Leader" => Some("leads"),
            _ => Some("·"),
        };
        let values: Vec<String> = fields_of(&state, &node, &name).into_iter().map(|field| field.value).collect();
        assert_eq!(values, ["4", "S3", "S1, S3", "leads", "3, 4", "1, ✓", "7: 150ms"]);
        let state = State { role: Role::Follower, voted_for: None, ..state };
        let fields = fields_of(&state, &node, &name);
        assert_eq!((&*fields[1].value, &*fields[3].value), ("–", "·"));
    }

    #[derive(Serialize)]
    struct Sessions {
        newest: RequestId,
        all: Vec<(RequestId, bool)>,
    }

    #[test]
    fn a_request_is_called_as_in_scenarios() {
        let id = RequestId { client: ClientId(2), sequence: 1 };
        let state = Sessions { newest: id, all: vec![(id, true), (RequestId { sequence: 2, ..id }, false)] };
        let fields = fields_of(&state, &|_| String::new(), &|_| Some("·"));
        let values: Vec<&str> = fields.iter().map(|field| &*field.value).collect();
        assert_eq!(values, ["c2.1", "(c2.1, ✓), (c2.2, –)"]);
    }

    #[derive(Serialize)]
    enum Phase {
        Voting { yes: Vec<NodeId>, no: Vec<NodeId> },
    }

    #[derive(Serialize)]
    struct Open {
        number: u32,
        parties: Vec<NodeId>,
        since_when: Option<Span>,
        phase: Phase,
    }

    #[derive(Serialize)]
    struct Table {
        open: Vec<Open>,
    }

    #[test]
    fn what_lies_in_something_else_is_in_brackets_and_nothing_empty_is_told() {
        let read = |open: Vec<Open>| {
            let node = |number| format!("S{}", number + 1);
            fields_of(&Table { open }, &node, &|slug| (slug == "open").then_some("open")).remove(0).value
        };
        assert_eq!(read(Vec::new()), "–");
        let (yes, no) = (vec![NodeId(1)], Vec::new());
        let some = Open { number: 3, parties: vec![NodeId(0)], since_when: None, phase: Phase::Voting { yes, no } };
        assert_eq!(read(vec![some]), "(number 3, parties [S1], phase Voting (yes [S2]))");
        let (yes, no) = (Vec::new(), Vec::new());
        let none =
            Open { number: 3, parties: vec![], since_when: Some(Span::millis(2)), phase: Phase::Voting { yes, no } };
        assert_eq!(read(vec![none]), "(number 3, since when 2ms, phase Voting)");
    }
}
