//! One entry of a history in Jepsen's terms: `{:process 0, :type :invoke, :f :write, :value 3}`.

use alloc::borrow::ToOwned;
use faultlab_core::{Access, Accessed, Datum, Expected, Reply, Time, Width};

use super::form::{Form, FormKind};
use super::processes::Processes;
use super::sums::Sums;
use super::{History, HistoryError, Model, Recorder};

const DATUM: &str = "datum";

/// Who makes the faults in Jepsen. It calls nothing.
const NEMESIS: &str = "nemesis";

/// Reads entries, one after the other.
pub(super) struct Entries<'t> {
    text: &'t str,
    model: Model,
    initial: Option<Datum>,
    recorder: Recorder,
    processes: Processes,
    sums: Sums,
    calls: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Invoke,
    Ok,
    Fail,
    Info,
}

/// An entry's operation, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    Read,
    Write,
    Cas,
    Append,
    Add(Width),
}

impl Function {
    fn named(name: &str) -> Option<Self> {
        match name {
            "read" | "get" => Some(Self::Read),
            "write" | "put" => Some(Self::Write),
            "cas" => Some(Self::Cas),
            "append" => Some(Self::Append),
            "add" => Some(Self::Add(Width::I64)),
            "add-u32" => Some(Self::Add(Width::U32)),
            _ => None,
        }
    }

    fn of(access: &Access) -> Self {
        match access {
            Access::Read => Self::Read,
            Access::Write(_) => Self::Write,
            Access::Cas { .. } => Self::Cas,
            Access::Append(_) => Self::Append,
            Access::Add { width, .. } => Self::Add(*width),
        }
    }
}

impl<'t> Entries<'t> {
    pub(super) fn new(text: &'t str, model: Model, initial: Option<Datum>) -> Self {
        let sums = Sums::new(initial.as_ref());
        let (recorder, processes) = (Recorder::default(), Processes::default());
        Self { text, model, initial, recorder, processes, sums, calls: 0 }
    }

    /// What was read.
    ///
    /// # Errors
    /// No client called anything.
    pub(super) fn history(self) -> Result<History, HistoryError> {
        if self.calls == 0 {
            return Err(HistoryError::at(self.text, self.text.len(), "operation"));
        }
        let mut history = self.recorder.history(self.initial);
        history.names = self.processes.names();
        Ok(history)
    }

    /// Reads one entry.
    pub(super) fn read(&mut self, entry: &Form<'t>) -> Result<(), HistoryError> {
        let process = self.required(entry, "process")?;
        let Some(number) = self.process(process, entry)? else { return Ok(()) };
        let kind = self.kind(self.required(entry, "type")?)?;
        let f = self.required(entry, "f")?;
        let function = self.function(f)?;
        let time = entry.field("time").and_then(nanos);
        if kind == Type::Invoke {
            let (key, access) = self.access(function, entry)?;
            if !self.model.has(&access) {
                return Err(self.misfit(f, self.functions()));
            }
            self.sum(&key, &access, None, entry)?;
            self.calls += 1;
            let called = self.recorder.call(number, Accessed { key, access, reply: None }, time);
            return called.map_err(|_| self.misfit(process, "idle_process"));
        }
        let Some(accessed) = self.recorder.called(number).cloned() else {
            return Err(self.misfit(process, "waiting_process"));
        };
        if function != Function::of(&accessed.access) {
            return Err(self.misfit(f, "called_operation"));
        }
        let ended = match kind {
            Type::Fail => self.recorder.failed(number),
            Type::Ok => {
                let reply = self.reply(entry, &accessed)?;
                self.sum(&accessed.key, &accessed.access, Some(&reply), entry)?;
                self.recorder.done(number, reply, time)
            }
            Type::Info | Type::Invoke => self.recorder.unknown(number),
        };
        ended.map_err(|_| self.misfit(process, "waiting_process"))
    }

    /// What stands there does not fit.
    pub(super) fn misfit(&self, form: &Form<'_>, expected: impl Into<Expected>) -> HistoryError {
        HistoryError::at(self.text, form.at, expected)
    }

    fn required<'f>(&self, entry: &'f Form<'t>, name: &str) -> Result<&'f Form<'t>, HistoryError> {
        entry.field(name).ok_or_else(|| self.misfit(entry, Expected::Key(name.to_owned().into())))
    }

    fn datum(&self, form: &Form<'_>) -> Result<Datum, HistoryError> {
        form.datum().ok_or_else(|| self.misfit(form, DATUM))
    }

    /// Notes the numbers of an operation; sums of one key must stay within their width.
    fn sum(
        &mut self,
        key: &Datum,
        access: &Access,
        reply: Option<&Reply>,
        entry: &Form<'_>,
    ) -> Result<(), HistoryError> {
        let noted = self.sums.note(key, access, reply);
        noted.map_err(|expected| self.misfit(entry.field("value").unwrap_or(entry), expected))
    }

    /// The number of a client. None if an entry is not about what a client calls: the nemesis tells what it does, or somebody
    /// gives information who has not called anything.
    fn process(&mut self, form: &Form<'_>, entry: &Form<'_>) -> Result<Option<u32>, HistoryError> {
        let number = self.processes.number(form);
        let number = number.ok_or_else(|| self.misfit(form, "process"))?;
        let Some(name) = self.processes.name(number) else { return Ok(Some(number)) };
        let word = |field: &str| entry.field(field).and_then(Form::word);
        let calls = word("f").is_some_and(|f| Function::named(f).is_some());
        let informs = word("type") == Some("info") && self.recorder.called(number).is_none();
        Ok(if informs || name == NEMESIS && !calls { None } else { Some(number) })
    }

    fn kind(&self, form: &Form<'_>) -> Result<Type, HistoryError> {
        match form.word() {
            Some("invoke") => Ok(Type::Invoke),
            Some("ok") => Ok(Type::Ok),
            Some("fail") => Ok(Type::Fail),
            Some("info") => Ok(Type::Info),
            _ => Err(self.misfit(form, Expected::one_of(&["invoke", "ok", "fail", "info"]))),
        }
    }

    fn functions(&self) -> Expected {
        Expected::one_of(self.model.operations())
    }

    fn function(&self, form: &Form<'_>) -> Result<Function, HistoryError> {
        form.word().and_then(Function::named).ok_or_else(|| self.misfit(form, self.functions()))
    }

    /// The key and what is said of it: `:key k, :value v`, or `:value [k v]`; a value alone is of the one register without a key.
    fn keyed<'f>(
        &self,
        function: Function,
        entry: &'f Form<'t>,
    ) -> Result<(Datum, Option<&'f Form<'t>>), HistoryError> {
        let value = entry.field("value");
        if let Some(key) = entry.field("key") {
            return Ok((self.datum(key)?, value));
        }
        // A compare and set has a pair for its value, with or without a key.
        let is_keyed = |pair: &[&Form<'_>; 2]| function != Function::Cas || pair[1].pair().is_some();
        match value.and_then(Form::pair).filter(is_keyed) {
            Some([key, value]) => Ok((self.datum(key)?, Some(value))),
            None => Ok((Datum::Nil, value)),
        }
    }

    /// What is called, on which key.
    fn access(&self, function: Function, entry: &Form<'t>) -> Result<(Datum, Access), HistoryError> {
        let (key, value) = self.keyed(function, entry)?;
        if function == Function::Read {
            return Ok((key, Access::Read));
        }
        let value = value.ok_or_else(|| self.misfit(entry, "operation_value"))?;
        let access = match function {
            Function::Read => Access::Read,
            Function::Write => Access::Write(self.datum(value)?),
            Function::Cas => {
                let [old, new] = value.pair().ok_or_else(|| self.misfit(value, "old_and_new"))?;
                Access::Cas { old: self.datum(old)?, new: self.datum(new)? }
            }
            Function::Append => match value.datum() {
                Some(Datum::Text(text)) => Access::Append(text),
                _ => return Err(self.misfit(value, "appended_text")),
            },
            Function::Add(width) => match value.datum() {
                Some(Datum::Number(amount)) if width == Width::I64 || u32::try_from(amount).is_ok() => {
                    Access::Add { amount, width }
                }
                _ if width == Width::I64 => return Err(self.misfit(value, "added_i64")),
                _ => return Err(self.misfit(value, "added_u32")),
            },
        };
        Ok((key, access))
    }

    /// What the client was told of what it had called.
    fn reply(&self, entry: &Form<'t>, called: &Accessed) -> Result<Reply, HistoryError> {
        let function = Function::of(&called.access);
        let (key, value) = self.keyed(function, entry)?;
        let found = entry.field("found").map(|found| self.datum(found)).transpose()?;
        if function == Function::Read {
            let value = value.ok_or_else(|| self.misfit(entry, "operation_value"))?;
            if key != called.key {
                return Err(self.misfit(value, "called_key"));
            }
            return Ok(Reply::Holds(self.datum(value)?));
        }
        // Some say no more than that it was done.
        if value.is_some_and(|value| !value.is_nil()) && self.access(function, entry)? != (key, called.access.clone()) {
            return Err(self.misfit(value.unwrap_or(entry), "called"));
        }
        Ok(match (&called.access, found) {
            (Access::Cas { .. }, Some(found)) => Reply::Unchanged(Some(found)),
            (Access::Add { .. }, Some(found)) => Reply::Holds(found),
            _ => Reply::Done,
        })
    }
}

/// Jepsen tells time in nanoseconds from the start.
fn nanos(form: &Form<'_>) -> Option<Time> {
    match form.kind {
        FormKind::Number(nanos) => u64::try_from(nanos).ok().map(|nanos| Time(nanos / 1_000)),
        _ => None,
    }
}
