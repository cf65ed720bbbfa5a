//! What the words on the command line ask for.

use std::ffi::OsString;
use std::ops::Range;

use faultlab_check::Order;
use faultlab_check::history::{Format, Model, read_datum};
use faultlab_check::models::references;
use faultlab_core::{Datum, Expected, Found, Kind, Quantity, Span, Time};
use faultlab_hunt::{HuntOptions, HuntOrder, TICK_USUAL, TICKS_USUAL};
use faultlab_registry::LISTED;
use faultlab_scenario::{NODES_MAX, SEED_MAX, UNTIL_MAX};
use faultlab_words::{Lang, Refusal, Wanted};
use lexopt::prelude::*;

use crate::error::Failure;
use crate::written::{Form, ending};

pub(crate) enum Command {
    Help(&'static str),
    Version,
    List(ListOptions),
    Run(RunOptions),
    Sweep(SweepOptions),
    Merge(MergeOptions),
    Model(ModelOptions),
    Explore(Box<ExploreOptions>),
    CheckHistory(CheckHistoryOptions),
    Export(ExportOptions),
    Schema,
}

impl Command {
    /// The seed that `--seed random` drew.
    pub(crate) fn drawn_seed(&self) -> Option<u64> {
        match self {
            Self::Run(options) => options.drawn_seed,
            Self::Explore(options) => options.drawn_seed,
            _ => None,
        }
    }
}

/// How a result is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Print {
    #[default]
    Text,
    Json,
    Transcript,
    Facts,
}

#[derive(Default)]
pub(crate) struct ListOptions {
    pub(crate) json: bool,
    pub(crate) lang: Lang,
}

#[derive(Default)]
pub(crate) struct RunOptions {
    pub(crate) source: String,
    pub(crate) seed: Option<u64>,
    pub(crate) drawn_seed: Option<u64>,
    pub(crate) until: Option<Time>,
    pub(crate) lang: Lang,
    /// The file that what the clients saw is written to.
    pub(crate) history: Option<String>,
    pub(crate) print: Print,
}

#[derive(Default)]
pub(crate) struct SweepOptions {
    pub(crate) source: String,
    pub(crate) seeds: Range<u64>,
    pub(crate) shard: Option<(u64, u64)>,
    pub(crate) threads: Option<usize>,
    /// Whether each run gets faults of its own; nothing said: yes for a protocol, no for a scenario.
    pub(crate) faults: Option<bool>,
    /// Whether each run gets a cluster of its own; nothing said: yes for a protocol, no for a scenario.
    pub(crate) drawn: Option<bool>,
    pub(crate) nodes: Option<u8>,
    pub(crate) off: Vec<String>,
    pub(crate) set: Vec<(String, String)>,
    pub(crate) require_reached: bool,
    pub(crate) out: Option<String>,
    pub(crate) json: bool,
}

#[derive(Default)]
pub(crate) struct ExploreOptions {
    pub(crate) protocol: String,
    pub(crate) nodes: Option<u8>,
    pub(crate) off: Vec<String>,
    pub(crate) set: Vec<(String, String)>,
    /// The scenario it begins in, and behind how many steps.
    pub(crate) from: Option<(String, Option<usize>)>,
    /// The run that is walked inside the budget, and behind how many steps.
    pub(crate) follow: Option<(String, Option<usize>)>,
    pub(crate) hunt: HuntOptions,
    pub(crate) drawn_seed: Option<u64>,
    pub(crate) allow_said: bool,
    pub(crate) time: Option<TimeAsked>,
    pub(crate) out: Option<(Form, String)>,
    pub(crate) lang: Lang,
    pub(crate) json: bool,
}

/// What a search is to assume of time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeAsked {
    Asynchronous,
    Timed,
}

impl ExploreOptions {
    /// Whether nothing is said but a rule: then its witness is meant.
    pub(crate) fn is_bare(&self) -> bool {
        let hunt = &self.hunt;
        let measured = hunt.tick.is_some() || hunt.delay_max.is_some();
        let asked = !hunt.requests.is_empty() || !hunt.wanted.is_empty();
        let said = self.allow_said
            || self.nodes.is_some()
            || self.from.is_some()
            || self.follow.is_some()
            || measured
            || asked;
        self.off.len() == 1 && self.set.is_empty() && !said
    }

    /// Whether nothing is said of the cluster and of what may happen there.
    pub(crate) fn says_no_scope(&self) -> bool {
        !self.allow_said
            && self.nodes.is_none()
            && self.set.is_empty()
            && self.hunt.requests.is_empty()
            && self.time != Some(TimeAsked::Timed)
    }

    /// The same search, in which time passes if that was asked for.
    pub(crate) fn by_time(&self, hunt: HuntOptions) -> HuntOptions {
        if self.time != Some(TimeAsked::Timed) {
            return hunt;
        }
        let ticks_max = if hunt.ticks_max == 0 { TICKS_USUAL } else { hunt.ticks_max };
        HuntOptions { tick: hunt.tick.or(Some(TICK_USUAL)), ticks_max, ..hunt }
    }

    fn allowed(&mut self) -> &mut HuntOptions {
        self.allow_said = true;
        &mut self.hunt
    }
}

#[derive(Default)]
pub(crate) struct MergeOptions {
    pub(crate) files: Vec<String>,
    pub(crate) json: bool,
}

#[derive(Default)]
pub(crate) struct ModelOptions {
    pub(crate) name: String,
    pub(crate) set: Vec<(String, String)>,
    pub(crate) off: Vec<String>,
    pub(crate) symmetry: bool,
    pub(crate) order: Order,
    pub(crate) threads: Option<usize>,
    pub(crate) states_max: Option<u64>,
    pub(crate) lang: Lang,
    pub(crate) json: bool,
}

pub(crate) struct CheckHistoryOptions {
    pub(crate) file: String,
    pub(crate) model: Model,
    pub(crate) format: Option<Format>,
    pub(crate) initial: Option<Datum>,
    pub(crate) steps_max: Option<u64>,
    pub(crate) lang: Lang,
    pub(crate) json: bool,
}

#[derive(Default)]
pub(crate) struct ExportOptions {
    pub(crate) source: String,
    pub(crate) form: Option<Form>,
    pub(crate) out: Option<String>,
}

const HELP: &str = include_str!("../help/faultlab.txt");

/// An option or a command that was given something else than it wants.
fn usage(at: impl Into<String>, found: impl Into<Found>, wanted: impl Into<Wanted>) -> Failure {
    Failure::Usage(Refusal::new(at, found, wanted))
}

/// A whole number within bounds.
fn whole_number(min: u64, max: u64) -> Expected {
    Expected::Between { what: Quantity::WholeNumber, min, max }
}

const COMMANDS: [&str; 9] = ["list", "run", "sweep", "merge", "model", "explore", "check-history", "export", "schema"];

pub(crate) fn read(args: &[OsString]) -> Result<Command, Failure> {
    let mut parser = lexopt::Parser::from_args(args);
    match parser.next()? {
        None | Some(Short('h') | Long("help")) => Ok(Command::Help(HELP)),
        Some(Short('V') | Long("version")) => Ok(Command::Version),
        Some(Value(name)) => match name.to_str() {
            Some("help") => Ok(Command::Help(HELP)),
            Some("list") => read_list(&mut parser),
            Some("run") => read_run(&mut parser),
            Some("sweep") => read_sweep(&mut parser),
            Some("merge") => read_merge(&mut parser),
            Some("model") => read_model(&mut parser),
            Some("explore") => read_explore(&mut parser),
            Some("check-history") => read_check_history(&mut parser),
            Some("export") => read_export(&mut parser),
            Some("schema") => match parser.next()? {
                None => Ok(Command::Schema),
                Some(Short('h') | Long("help")) => Ok(Command::Help(include_str!("../help/schema.txt"))),
                Some(other) => Err(other.unexpected().into()),
            },
            _ => Err(usage("", name.to_string_lossy().into_owned(), Expected::one_of(&COMMANDS))),
        },
        Some(other) => Err(other.unexpected().into()),
    }
}

fn read_list(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let mut options = ListOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/list.txt"))),
            Long("json") => options.json = true,
            Long("lang") => options.lang = read_lang(parser)?,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::List(options))
}

fn read_run(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let mut options = RunOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/run.txt"))),
            Long("json") => options.print = Print::Json,
            Long("history") => options.history = Some(read_json_file("--history", parser)?),
            Long("transcript") => options.print = Print::Transcript,
            Long("facts") => options.print = Print::Facts,
            Long("lang") => options.lang = read_lang(parser)?,
            Long("seed") => (options.seed, options.drawn_seed) = read_seed(parser)?,
            Long("until") => {
                let text = parser.value()?.string()?;
                let span = Span::parse(&text).filter(|span| *span <= UNTIL_MAX);
                let expected = || usage("--until", text.as_str(), Expected::Span);
                options.until = Some(Time(span.ok_or_else(expected)?.0));
            }
            Value(source) if options.source.is_empty() => options.source = source.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    named(&options.source, "run", Wanted::Source)?;
    Ok(Command::Run(options))
}

fn read_sweep(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let mut options = SweepOptions { seeds: 0..1_000, ..SweepOptions::default() };
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/sweep.txt"))),
            Long("json") => options.json = true,
            Long("faults") => options.faults = Some(true),
            Long("no-faults") => options.faults = Some(false),
            Long("drawn") => options.drawn = Some(true),
            Long("fixed") => options.drawn = Some(false),
            // Only what goes wrong is said in words.
            Long("lang") => drop(read_lang(parser)?),
            Long("require-reached") => options.require_reached = true,
            Long("seeds") => options.seeds = read_seeds(&parser.value()?.string()?)?,
            Long("shard") => options.shard = Some(read_shard(&parser.value()?.string()?)?),
            Long("threads") => options.threads = Some(read_threads(parser)?),
            Long("nodes") => options.nodes = Some(read_nodes(parser)?),
            Long("off") => options.off.push(parser.value()?.string()?),
            Long("set") => options.set.push(read_pair(parser)?),
            Long("out") => options.out = Some(read_json_file("--out", parser)?),
            Value(source) if options.source.is_empty() => options.source = source.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    named(&options.source, "sweep", Wanted::Swept)?;
    Ok(Command::Sweep(options))
}

fn read_merge(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let mut options = MergeOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/merge.txt"))),
            Long("json") => options.json = true,
            Long("lang") => drop(read_lang(parser)?),
            Value(file) => options.files.push(file.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    named(options.files.first().map_or("", String::as_str), "merge", Wanted::Parts)?;
    Ok(Command::Merge(options))
}

fn read_model(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let mut options = ModelOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/model.txt"))),
            Long("json") => options.json = true,
            Long("symmetry") => options.symmetry = true,
            Long("order") => {
                options.order = match parser.value()?.string()?.as_str() {
                    "bfs" => Order::Breadth,
                    "dfs" => Order::Depth,
                    text => return Err(usage("--order", text, Expected::one_of(&["bfs", "dfs"]))),
                }
            }
            Long("lang") => options.lang = read_lang(parser)?,
            Long("set") => options.set.push(read_pair(parser)?),
            Long("off") => options.off.push(parser.value()?.string()?),
            Long("threads") => options.threads = Some(read_threads(parser)?),
            Long("max-states") => {
                options.states_max = Some(read_number("max-states", parser, 1, u64::MAX)?);
            }
            Value(name) if options.name.is_empty() => options.name = name.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    named(&options.name, "model", Expected::listed(Kind::Model, references().iter().map(|row| row.slug)))?;
    Ok(Command::Model(options))
}

fn read_explore(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let mut options =
        ExploreOptions { hunt: HuntOptions { seed: 1, ..HuntOptions::default() }, ..ExploreOptions::default() };
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/explore.txt"))),
            Long("json") => options.json = true,
            Long("lang") => options.lang = read_lang(parser)?,
            Long("full") => options.hunt.full = true,
            Long("symmetry") => options.hunt.symmetry = true,
            Long("set") => options.set.push(read_pair(parser)?),
            Long("off") => options.off.push(parser.value()?.string()?),
            Long("out") => {
                let file = parser.value()?.string()?;
                options.out = Some((Form::of_file("--out", &file)?, file));
            }
            Long("break") => options.hunt.wanted.push(parser.value()?.string()?),
            Long("request") => options.hunt.requests.push(parser.value()?.string()?),
            Long("nodes") => options.nodes = Some(read_nodes(parser)?),
            Long("max-states") => options.hunt.worlds_max = read_number("max-states", parser, 1, u64::from(u32::MAX))?,
            Long("seed") => {
                let (seed, drawn) = read_seed(parser)?;
                (options.hunt.seed, options.drawn_seed) = (seed.unwrap_or(options.hunt.seed), drawn);
            }
            Long("allow") => read_allowed(&parser.value()?.string()?, options.allowed())?,
            Long("threads") => options.hunt.threads = read_threads(parser)?,
            Long("time") => options.time = Some(read_time(&parser.value()?.string()?)?),
            Long("tick") => options.hunt.tick = Some(read_span("tick", parser)?),
            Long("delay-max") => options.hunt.delay_max = Some(read_span("delay-max", parser)?),
            Long("order") => options.hunt.order = read_order(&parser.value()?.string()?)?,
            Long("from") => options.from = Some(read_from(&parser.value()?.string()?)),
            Long("follow") => options.follow = Some(read_from(&parser.value()?.string()?)),
            Value(name) if options.protocol.is_empty() => options.protocol = name.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    named(&options.protocol, "explore", Expected::listed(Kind::Protocol, LISTED.iter().map(|row| row.slug)))?;
    if !options.allow_said && !options.is_bare() {
        read_allowed("crashes=1,requests=1,timers=2", &mut options.hunt)?;
    }
    let hunt = &options.hunt;
    let needs_time = hunt.tick.is_some() || hunt.delay_max.is_some() || hunt.ticks_max > 0 || hunt.pauses > 0;
    if needs_time && options.time != Some(TimeAsked::Timed) {
        return Err(usage("--time", "", Wanted::Timed));
    }
    Ok(Command::Explore(Box::new(options)))
}

fn read_time(text: &str) -> Result<TimeAsked, Failure> {
    match text {
        "async" => Ok(TimeAsked::Asynchronous),
        "timed" => Ok(TimeAsked::Timed),
        _ => Err(usage("--time", text, Expected::one_of(&["async", "timed"]))),
    }
}

fn read_span(name: &str, parser: &mut lexopt::Parser) -> Result<Span, Failure> {
    let text = parser.value()?.string()?;
    let expected = || usage(format!("--{name}"), text.as_str(), Wanted::Length);
    Span::parse(&text).filter(|span| *span > Span::ZERO).ok_or_else(expected)
}

fn read_export(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let mut options = ExportOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/export.txt"))),
            // Only what goes wrong is said in words.
            Long("lang") => drop(read_lang(parser)?),
            Long("as") => {
                let text = parser.value()?.string()?;
                let known = Form::ALL.into_iter().find(|form| form.slug() == text);
                let expected = || usage("--as", text.as_str(), Expected::one_of(&Form::ALL.map(Form::slug)));
                options.form = Some(known.ok_or_else(expected)?);
            }
            Long("out") => options.out = Some(parser.value()?.string()?),
            Value(source) if options.source.is_empty() => options.source = source.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    named(&options.source, "export", Wanted::Source)?;
    if let Some(file) = &options.out {
        let form = Form::of_file("--out", file)?;
        if let Some(said) = options.form.filter(|said| *said != form) {
            return Err(usage("--out", file.as_str(), Wanted::Ending([format!(".{}", said.ending()).into()].into())));
        }
        options.form = Some(form);
    }
    Ok(Command::Export(options))
}

fn read_number(name: &str, parser: &mut lexopt::Parser, min: u64, max: u64) -> Result<u64, Failure> {
    let text = parser.value()?.string()?;
    let expected = || usage(format!("--{name}"), text.as_str(), whole_number(min, max));
    whole(&text).filter(|number| (min..=max).contains(number)).ok_or_else(expected)
}

fn read_order(text: &str) -> Result<HuntOrder, Failure> {
    match text {
        "bfs" => Ok(HuntOrder::Breadth),
        "dfs" => Ok(HuntOrder::Depth),
        "rounds" => Ok(HuntOrder::Rounds),
        "random" => Ok(HuntOrder::Priorities),
        "portfolio" => Ok(HuntOrder::Portfolio),
        _ => Err(usage("--order", text, Expected::one_of(&["bfs", "dfs", "rounds", "random", "portfolio"]))),
    }
}

/// `FILE@STEP`, or `FILE` alone.
fn read_from(text: &str) -> (String, Option<usize>) {
    match text.rsplit_once('@').and_then(|(file, step)| Some((file, whole(step)?))) {
        Some((file, step)) => (file.into(), Some(step as usize)),
        None => (text.into(), None),
    }
}

/// `crashes=1,timers=2,heartbeat=0`.
fn read_allowed(text: &str, hunt: &mut HuntOptions) -> Result<(), Failure> {
    for part in text.split(',') {
        let read =
            part.split_once('=').and_then(|(kind, count)| Some((kind, whole(count).filter(|count| *count <= 15)?)));
        let expected = || usage("--allow", part, Wanted::Allowed);
        let (kind, count) = read.map(|(kind, count)| (kind, count as u8)).ok_or_else(expected)?;
        match kind {
            "crashes" => hunt.crashes = count,
            "duplicates" => hunt.duplicates = count,
            "wipes" => hunt.wipes = count,
            "pauses" => hunt.pauses = count,
            "requests" => hunt.requests_max = count,
            "retries" => hunt.retries = count,
            "ticks" => hunt.ticks_max = count,
            "timers" => hunt.timers = count,
            kind => hunt.timers_of.push((kind.into(), count)),
        }
    }
    Ok(())
}

fn read_check_history(parser: &mut lexopt::Parser) -> Result<Command, Failure> {
    let (mut file, mut model) = (String::new(), None);
    let (mut format, mut initial, mut steps_max) = (None, None, None);
    let (mut lang, mut json) = (Lang::default(), false);
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help(include_str!("../help/check-history.txt"))),
            Long("json") => json = true,
            Long("lang") => lang = read_lang(parser)?,
            Long("model") => {
                let text = parser.value()?.string()?;
                let known = Model::ALL.into_iter().find(|model| model.slug() == text);
                let expected = || usage("--model", text.as_str(), models());
                model = Some(known.ok_or_else(expected)?);
            }
            Long("format") => {
                let text = parser.value()?.string()?;
                let known = Format::ALL.into_iter().find(|format| format.slug() == text);
                let expected = || usage("--format", text.as_str(), Expected::one_of(&Format::ALL.map(Format::slug)));
                format = Some(known.ok_or_else(expected)?);
            }
            Long("initial") => {
                let text = parser.value()?.string()?;
                initial = Some(read_datum(&text));
            }
            Long("max-steps") => {
                steps_max = Some(read_number("max-steps", parser, 1, u64::MAX)?);
            }
            Value(name) if file.is_empty() => file = name.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    named(&file, "check-history", Wanted::History)?;
    let model = model.ok_or_else(|| usage("--model", "", models()))?;
    Ok(Command::CheckHistory(CheckHistoryOptions { file, model, format, initial, steps_max, lang, json }))
}

/// The models that a history can be judged by.
fn models() -> Expected {
    Expected::one_of(&Model::ALL.map(Model::slug))
}

fn named(source: &str, command: &str, wanted: impl Into<Wanted>) -> Result<(), Failure> {
    if source.is_empty() { Err(usage(command, "", wanted)) } else { Ok(()) }
}

/// A seed, or `random`: one from the operating system's generator. Given twice if it was drawn, so that it can be told.
fn read_seed(parser: &mut lexopt::Parser) -> Result<(Option<u64>, Option<u64>), Failure> {
    let text = parser.value()?.string()?;
    if text == "random" {
        let mut bytes = [0; 8];
        getrandom::getrandom(&mut bytes).map_err(|error| Failure::system("--seed random", &error))?;
        let seed = Some(u64::from_le_bytes(bytes) & SEED_MAX);
        return Ok((seed, seed));
    }
    let seed = whole(&text).filter(|seed| *seed <= SEED_MAX);
    Ok((Some(seed.ok_or_else(|| usage("--seed", text.as_str(), Wanted::Seed { max: SEED_MAX }))?), None))
}

fn read_nodes(parser: &mut lexopt::Parser) -> Result<u8, Failure> {
    let text = parser.value()?.string()?;
    let nodes = whole(&text).and_then(|nodes| u8::try_from(nodes).ok());
    let wanted = Expected::Between { what: Quantity::Nodes, min: 1, max: NODES_MAX.into() };
    nodes.ok_or_else(|| usage("--nodes", text.as_str(), wanted))
}

/// A file that is written as JSON.
fn read_json_file(option: &str, parser: &mut lexopt::Parser) -> Result<String, Failure> {
    let file = parser.value()?.string()?;
    ending(option, &file, &["json"])?;
    Ok(file)
}

/// The language that the arguments ask for, whatever else is wrong with them.
pub(crate) fn lang(args: &[OsString]) -> Lang {
    let texts = || args.iter().map(|arg| arg.to_string_lossy());
    let behind = texts().zip(texts().skip(1)).find(|(option, _)| option == "--lang").map(|(_, tag)| tag);
    let joined = || texts().find_map(|arg| arg.strip_prefix("--lang=").map(|tag| tag.to_owned().into()));
    behind.or_else(joined).and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default()
}

fn read_lang(parser: &mut lexopt::Parser) -> Result<Lang, Failure> {
    let text = parser.value()?.string()?;
    Lang::from_tag(&text).ok_or_else(|| usage("--lang", text.as_str(), Expected::one_of(&["en", "zh"])))
}

fn read_threads(parser: &mut lexopt::Parser) -> Result<usize, Failure> {
    Ok(read_number("threads", parser, 1, 1_024)? as usize)
}

fn read_pair(parser: &mut lexopt::Parser) -> Result<(String, String), Failure> {
    let text = parser.value()?.string()?;
    let (key, value) = text.split_once('=').ok_or_else(|| usage("--set", text.as_str(), Wanted::Pair))?;
    Ok((key.into(), value.into()))
}

fn whole(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// `A..B`: from A up to but not including B.
fn read_seeds(text: &str) -> Result<Range<u64>, Failure> {
    let range = text.split_once("..").and_then(|(from, to)| Some(whole(from)?..whole(to)?));
    let range = range.filter(|range| range.start < range.end && range.end <= SEED_MAX);
    range.ok_or_else(|| usage("--seeds", text, Wanted::Seeds))
}

/// `i/n`: the part number i, counted from zero, of n.
fn read_shard(text: &str) -> Result<(u64, u64), Failure> {
    let shard = text.split_once('/').and_then(|(index, count)| Some((whole(index)?, whole(count)?)));
    let shard = shard.filter(|(index, count)| index < count);
    shard.ok_or_else(|| usage("--shard", text, Wanted::Shard))
}
