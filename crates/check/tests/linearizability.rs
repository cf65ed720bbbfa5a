//! Histories good and bad: known ones, and thousands drawn at random beside a checker that simply tries every order.

use std::collections::BTreeMap;

use faultlab_check::history::{History, Model, Moment, Operation, read};
use faultlab_check::linear::{
    Call, Judgement, Limits, Register, RegisterOperation, Specification, Symbol, Verdict, judge,
};
use faultlab_core::{Access, Accessed, Datum, Reply, Width};

fn number(value: i64) -> Datum {
    Datum::Number(value)
}

/// One operation of a register, from a moment to a moment; calls come before ends of the same moment.
#[derive(Clone, Debug)]
struct Timed {
    access: Access,
    reply: Option<Reply>,
    from: u32,
    to: Option<u32>,
}

fn write(value: i64, from: u32, to: u32) -> Timed {
    Timed { access: Access::Write(number(value)), reply: Some(Reply::Done), from, to: Some(to) }
}

fn read_of(value: i64, from: u32, to: u32) -> Timed {
    Timed { access: Access::Read, reply: Some(Reply::Holds(number(value))), from, to: Some(to) }
}

fn lost_write(value: i64, from: u32) -> Timed {
    Timed { access: Access::Write(number(value)), reply: None, from, to: None }
}

fn history(timed: &[Timed]) -> History {
    let mut boundaries: Vec<(u32, bool, usize)> = Vec::new();
    for (place, operation) in timed.iter().enumerate() {
        boundaries.push((operation.from, false, place));
        boundaries.extend(operation.to.map(|to| (to, true, place)));
    }
    boundaries.sort_unstable();
    let moment = |is_end: bool, operation: usize| {
        let place = boundaries.iter().position(|(_, end, number)| (*end, *number) == (is_end, operation));
        place.map(|place| Moment { place: place as u32, time: None })
    };
    let operations = timed.iter().enumerate().map(|(place, timed)| Operation {
        process: place as u32,
        accessed: Accessed { key: Datum::Nil, access: timed.access.clone(), reply: timed.reply.clone() },
        call: moment(false, place).expect("every operation is called"),
        end: moment(true, place),
    });
    History { initial: Some(number(0)), operations: operations.collect(), names: BTreeMap::new() }
}

fn judged(timed: &[Timed]) -> Judgement {
    judge(&history(timed), Limits::default())
}

fn is_linearizable(timed: &[Timed]) -> bool {
    match judged(timed).verdict {
        Verdict::Linearizable(_) => true,
        Verdict::NotLinearizable(_) => false,
        Verdict::CutOff => panic!("cut off: {timed:?}"),
    }
}

/// What contradicts and what explains.
fn part(timed: &[Timed]) -> (Vec<usize>, Vec<usize>) {
    let Verdict::NotLinearizable(part) = judged(timed).verdict else { panic!("linearizable: {timed:?}") };
    assert!(part.part.smallest);
    (part.part.contradict, part.part.explain)
}

#[test]
fn known_histories_are_judged_right() {
    assert!(is_linearizable(&[write(100, 0, 100), read_of(100, 25, 75), read_of(0, 30, 60)]));
    assert!(!is_linearizable(&[write(200, 0, 100), read_of(200, 10, 30), read_of(0, 40, 90)]));
    assert!(is_linearizable(&[write(100, 0, 100), read_of(100, 25, 75), read_of(0, 30, 30), read_of(0, 30, 30)]));
    assert!(!is_linearizable(&[write(200, 0, 100), read_of(200, 10, 10), read_of(200, 10, 10), read_of(0, 40, 90)]));
    assert!(is_linearizable(&[]));
}

/// The servers of a register that each keep a copy of their own: what one acknowledged, another does not know.
#[test]
fn a_copy_that_was_not_told_is_found_out() {
    assert!(is_linearizable(&[write(1, 0, 10), read_of(1, 20, 30)]));
    assert_eq!(part(&[write(1, 0, 10), read_of(0, 20, 30)]), (vec![0, 1], vec![]));
}

#[test]
fn an_unknown_outcome_may_come_late_or_never() {
    assert!(is_linearizable(&[lost_write(5, 0), read_of(0, 10, 20), read_of(5, 30, 40), read_of(5, 50, 60)]));
    assert!(is_linearizable(&[lost_write(5, 0), read_of(0, 10, 20)]));
    assert!(!is_linearizable(&[lost_write(5, 0), read_of(5, 10, 20), read_of(0, 30, 40)]), "not twice, and not back");
    assert!(!is_linearizable(&[read_of(5, 10, 20), lost_write(5, 30)]), "not before it was called");
    let twice = [lost_write(5, 0), lost_write(5, 1), write(6, 10, 20), read_of(5, 30, 40), write(6, 50, 60)];
    assert!(is_linearizable(&[&twice[..], &[read_of(5, 70, 80)]].concat()), "two may come one after the other");
    assert!(!is_linearizable(&[&twice[1..], &[read_of(5, 70, 80)]].concat()), "one of them may not");
}

/// The smallest part: what contradicts, and of the others what explains it.
#[test]
fn the_smallest_part_leaves_out_what_does_not_matter() {
    // Two reads against each other, whatever became of the write that they are about.
    assert_eq!(part(&[write(200, 0, 100), read_of(200, 10, 30), read_of(0, 40, 90)]), (vec![1, 2], vec![0]));
    // An old value after the new one: the write of it had ended.
    let stale = [write(1, 0, 10), read_of(1, 12, 14), write(2, 20, 30), read_of(2, 32, 38), read_of(1, 40, 50)];
    assert_eq!(part(&stale), (vec![3, 4], vec![0, 2]));
    // A value that nobody wrote contradicts by itself.
    assert_eq!(part(&[write(1, 0, 10), read_of(7, 20, 30), write(2, 40, 50)]), (vec![1], vec![]));
}

fn edn(text: &str, model: Model) -> Verdict {
    let history = read(text, None, model, None).unwrap_or_else(|error| panic!("{error}"));
    judge(&history, Limits::default()).verdict
}

#[test]
fn compare_and_set_needs_what_it_compares_with() {
    let two_winners = "{:process 0 :type :invoke :f :cas :value [0 1]} {:process 1 :type :invoke :f :cas :value [0 2]}
        {:process 0 :type :ok :f :cas :value [0 1]} {:process 1 :type :ok :f :cas :value [0 2]}";
    assert!(matches!(edn(two_winners, Model::CasRegister), Verdict::NotLinearizable(_)));
    let one_failed = two_winners.replace(":process 1 :type :ok", ":process 1 :type :fail");
    assert!(matches!(edn(&one_failed, Model::CasRegister), Verdict::Linearizable(_)), "what failed did not happen");
    let one_unknown = two_winners.replace(":process 1 :type :ok", ":process 1 :type :info");
    assert!(matches!(edn(&one_unknown, Model::CasRegister), Verdict::Linearizable(_)));
}

#[test]
fn keys_are_judged_each_by_itself() {
    let text = r#"[{:process 0 :type :invoke :f :put :key "a" :value "x"} {:process 0 :type :ok :f :put :key "a" :value "x"}
        {:process 0 :type :invoke :f :append :key "b" :value "p"} {:process 1 :type :invoke :f :append :key "b" :value "q"}
        {:process 1 :type :ok :f :append :key "b" :value "q"} {:process 0 :type :ok :f :append :key "b" :value "p"}
        {:process 2 :type :invoke :f :get :key "b" :value nil} {:process 2 :type :ok :f :get :key "b" :value "qp"}
        {:process 2 :type :invoke :f :get :key "a"} {:process 2 :type :ok :f :get :key "a" :value "x"}]"#;
    assert!(matches!(edn(text, Model::Kv), Verdict::Linearizable(_)));
    let lost = text.replace(r#""qp""#, r#""q""#);
    let Verdict::NotLinearizable(part) = edn(&lost, Model::Kv) else { panic!("an append is lost") };
    assert_eq!((part.key, part.part.contradict), (Datum::Text("b".into()), vec![1, 3]));
    // The same with pairs instead of keys.
    let pairs = "{:process 0 :type :invoke :f :write :value [7 1]} {:process 0 :type :ok :f :write :value [7 1]}
        {:process 0 :type :invoke :f :read :value [8 nil]} {:process 0 :type :ok :f :read :value [8 0]}";
    assert!(matches!(edn(pairs, Model::Register), Verdict::Linearizable(_)));
}

/// A drawn number, below a bound.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What clients of one register see, each operation taking effect at a moment of its own; some never learn of their outcome.
fn drawn(draws: &mut Draws, clients: u64, operations: usize, values: u64, lost_in_100: u64) -> Vec<Timed> {
    let mut free_at: Vec<u32> = vec![0; clients as usize];
    let mut planned = Vec::new();
    for _ in 0..operations {
        let client = draws.below(clients) as usize;
        let from = free_at[client] + draws.below(20) as u32;
        let point = from + draws.below(20) as u32;
        let to = point + draws.below(20) as u32;
        free_at[client] = to + 1;
        planned.push((point, from, to, draws.below(4), draws.below(values), draws.below(values), draws.below(100)));
    }
    planned.sort_unstable();
    let mut held = 0;
    let run = planned.into_iter().map(|(_, from, to, kind, one, other, luck)| {
        let (one, other) = (one as i64, other as i64);
        let (access, reply) = match kind {
            0 | 1 => (Access::Read, Reply::Holds(number(held))),
            2 => {
                held = one;
                (Access::Write(number(one)), Reply::Done)
            }
            _ => {
                let before = held;
                held = if before == one { other } else { before };
                let reply = if before == one { Reply::Done } else { Reply::Unchanged(Some(number(before))) };
                (Access::Cas { old: number(one), new: number(other) }, reply)
            }
        };
        let known = luck >= lost_in_100;
        Timed { access, reply: known.then_some(reply), from, to: known.then_some(to) }
    });
    run.collect()
}

#[test]
fn what_one_register_did_is_linearizable() {
    for seed in 0..400 {
        let mut draws = Draws(seed);
        let timed = drawn(&mut draws, 2 + seed % 5, 60, 4, seed % 20);
        let Verdict::Linearizable(points) = judged(&timed).verdict else { panic!("seed {seed}: {timed:?}") };
        points_are_an_order(&history(&timed), &points, seed);
    }
}

/// The points lie in their intervals, and what happens in their order is what the clients were told.
fn points_are_an_order(history: &History, points: &[Option<faultlab_check::linear::Point>], seed: u64) {
    let mut ordered: Vec<_> =
        history.operations.iter().zip(points).filter_map(|(one, at)| Some((at.as_ref()?, one))).collect();
    ordered.sort_by_key(|(point, _)| point.rank);
    assert!(ordered.iter().is_sorted_by_key(|(point, _)| point.behind), "seed {seed}");
    let mut register = Register::new(history.initial.clone());
    let mut state = register.initial();
    for (point, operation) in &ordered {
        assert!(operation.call.place <= point.behind, "seed {seed}");
        assert!(operation.end.is_none_or(|end| point.behind < end.place), "seed {seed}");
        let applied = register.operation(&operation.accessed.access, operation.accessed.reply.as_ref());
        state = register.apply(&state, &applied).unwrap_or_else(|| panic!("seed {seed}: {operation:?}"));
    }
    let told = |operation: &Operation| operation.end.is_some();
    let left_out = history.operations.iter().zip(points).filter(|(one, at)| told(one) && at.is_none()).count();
    assert_eq!(left_out, 0, "seed {seed}: every answered operation has a point");
}

/// Tries every order of every subset of what need not have happened, without any cleverness.
fn by_brute_force(register: &mut Register, calls: &[Call<RegisterOperation>]) -> bool {
    fn ordered(
        register: &mut Register,
        (state, latest): (Symbol, u32),
        calls: &[Call<RegisterOperation>],
        left: &mut Vec<usize>,
    ) -> bool {
        if left.iter().all(|number| !calls[*number].happened) {
            return true;
        }
        for place in 0..left.len() {
            let number = left.remove(place);
            let ends_before = |other: usize, call: u32| calls[other].end.is_some_and(|end| end < call);
            let too_early = left.iter().any(|other| calls[*other].happened && ends_before(*other, calls[number].call));
            if !too_early
                && !ends_before(number, latest)
                && let Some(after) = register.apply(&state, &calls[number].operation)
                && ordered(register, (after, latest.max(calls[number].call)), calls, left)
            {
                return true;
            }
            left.insert(place, number);
        }
        false
    }
    let initial = register.initial();
    ordered(register, (initial, 0), calls, &mut (0..calls.len()).collect())
}

/// What clients of one register of texts, or of numbers, see: reads, writes, compares and sets, appends or additions.
fn drawn_store(draws: &mut Draws, is_text: bool, operations: usize) -> Vec<Timed> {
    let mut timed = drawn(draws, 3, operations, 3, 15);
    let datum = |value: u64| match (is_text, value) {
        (true, value) => Datum::Text(["a", "b", "ab", "ba"][value as usize].into()),
        (false, value) => number(value as i64 - 1),
    };
    let mut held = [Datum::Nil, datum(0), datum(2)][draws.below(3) as usize].clone();
    for one in &mut timed {
        let is_told = one.reply.is_some();
        let (access, mut reply) = match draws.below(6) {
            0 | 1 => (Access::Read, Reply::Holds(held.clone())),
            2 => {
                held = datum(draws.below(4));
                (Access::Write(held.clone()), Reply::Done)
            }
            3 => {
                let (old, new) = (datum(draws.below(4)), datum(draws.below(4)));
                let found = (draws.below(2) == 0).then(|| held.clone());
                let reply = if held == old { Reply::Done } else { Reply::Unchanged(found) };
                held = if held == old { new.clone() } else { held };
                (Access::Cas { old, new }, reply)
            }
            _ if is_text => {
                let suffix = ["a", "b"][draws.below(2) as usize];
                let before = if let Datum::Text(text) = &held { text.to_string() } else { String::new() };
                held = Datum::Text(format!("{before}{suffix}").into());
                (Access::Append(suffix.into()), Reply::Done)
            }
            _ => {
                let amount = draws.below(5) as i64 - 2;
                let before = if let Datum::Number(number) = &held { *number } else { 0 };
                held = number(before + amount);
                (Access::Add { amount, width: Width::I64 }, Reply::Done)
            }
        };
        if matches!(access, Access::Append(_) | Access::Add { .. }) && draws.below(2) == 0 {
            reply = Reply::Holds(held.clone());
        }
        (one.access, one.reply) = (access, is_told.then_some(reply));
    }
    let victim = draws.below(timed.len() as u64) as usize;
    if let Some(Reply::Holds(found)) = &mut timed[victim].reply
        && draws.below(3) > 0
    {
        *found = datum(draws.below(4));
    }
    timed
}

/// Appends and additions, known and unknown initial values: verdicts and parts are those of trying everything.
#[test]
fn appends_and_additions_are_judged_as_by_brute_force() {
    let (mut good, mut bad) = (0, 0);
    for seed in 0..3_000 {
        let timed = drawn_store(&mut Draws(seed), seed % 2 == 0, 6);
        let initial = [None, Some(Datum::Nil)][(seed / 2 % 2) as usize].clone();
        let history = History { initial: initial.clone(), ..history(&timed) };
        let mut register = Register::new(initial);
        let calls = calls_of(&mut register, &history);
        let expected = by_brute_force(&mut register, &calls);
        match judge(&history, Limits::default()).verdict {
            Verdict::Linearizable(points) => {
                assert!(expected, "seed {seed}: {timed:?}");
                points_are_an_order(&history, &points, seed);
                good += 1;
            }
            Verdict::NotLinearizable(found) => {
                assert!(!expected, "seed {seed}: {timed:?}");
                part_is_smallest(&mut register, &calls, &found.part.contradict, &found.part.explain, seed);
                bad += 1;
            }
            Verdict::CutOff => panic!("seed {seed}: cut off"),
        }
    }
    assert!(good > 500 && bad > 500, "{good} good, {bad} bad");
}

/// An unknown initial value is any: there is an order if and only if there is one for some value.
#[test]
fn an_unknown_initial_value_is_any_value() {
    let mut texts = vec![String::new()];
    for length in 0..5 {
        let longer: Vec<_> = texts.iter().filter(|text| text.len() == length).cloned().collect();
        texts.extend(longer.iter().flat_map(|text| ["a", "b"].map(|letter| format!("{text}{letter}"))));
    }
    let texts: Vec<Datum> = texts.into_iter().map(|text| Datum::Text(text.into())).collect();
    let numbers: Vec<Datum> = (-20..20).map(number).collect();
    let (mut good, mut bad) = (0, 0);
    for seed in 0..1_000 {
        let is_text = seed % 2 == 0;
        let timed = drawn_store(&mut Draws(seed), is_text, 8);
        let judged = |initial: Option<Datum>| {
            let history = History { initial, ..history(&timed) };
            matches!(judge(&history, Limits::default()).verdict, Verdict::Linearizable(_))
        };
        let candidates = if is_text { &texts } else { &numbers };
        let expected = judged(Some(Datum::Nil)) || candidates.iter().any(|initial| judged(Some(initial.clone())));
        assert_eq!(judged(None), expected, "seed {seed}: {timed:?}");
        *(if expected { &mut good } else { &mut bad }) += 1;
    }
    assert!(good > 100 && bad > 100, "{good} good, {bad} bad");
}

#[test]
fn an_initial_value_is_what_the_first_operations_tell() {
    let cas = "{:process 0 :type :invoke :f :cas :value [nil 2]} {:process 0 :type :ok :f :cas :value [nil 2]}
        {:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value 2}";
    assert!(matches!(edn(cas, Model::CasRegister), Verdict::Linearizable(_)));
    let judged = |initial: Datum| {
        let history = read(cas, None, Model::CasRegister, Some(initial)).expect("a history");
        matches!(judge(&history, Limits::default()).verdict, Verdict::Linearizable(_))
    };
    assert!(judged(Datum::Nil) && !judged(number(0)));
    // Each key has an initial value of its own, and it does not change by being read.
    let reads = "{:process 0 :type :invoke :f :read :key 1} {:process 0 :type :ok :f :read :key 1 :value 5}
        {:process 0 :type :invoke :f :read :key 2} {:process 0 :type :ok :f :read :key 2 :value nil}
        {:process 0 :type :invoke :f :read :key 1} {:process 0 :type :ok :f :read :key 1 :value 5}";
    assert!(matches!(edn(reads, Model::Register), Verdict::Linearizable(_)));
    let two = "{:process 0 :type :invoke :f :read} {:process 0 :type :ok :f :read :value 5}
        {:process 0 :type :invoke :f :read} {:process 0 :type :ok :f :read :value 6}";
    assert!(matches!(edn(two, Model::Register), Verdict::NotLinearizable(_)));
}

/// Many clients append at the same time, one read tells the order, and a later one does not see it any more. The order of what
/// overlaps must not be tried in all ways: twelve appends have half a billion.
#[test]
fn overlapping_appends_are_judged_in_few_steps() {
    let mut lines = Vec::new();
    let mut order = String::new();
    for round in 0..4 {
        let names: Vec<String> = (0..12).map(|process| format!("{process}.{round} ")).collect();
        for (process, name) in names.iter().enumerate() {
            lines.push(format!("{{:process {process} :type :invoke :f :append :value \"{name}\"}}"));
        }
        for (process, name) in names.iter().enumerate() {
            lines.push(format!("{{:process {process} :type :ok :f :append :value \"{name}\"}}"));
            order.push_str(&names[names.len() - 1 - process]);
        }
        lines.push("{:process 20 :type :invoke :f :read}".into());
        lines.push(format!("{{:process 20 :type :ok :f :read :value \"{order}\"}}"));
    }
    let good = read(&lines.join("\n"), None, Model::Kv, None).expect("a history");
    let stale = lines[24 + 1].clone();
    lines.extend(["{:process 20 :type :invoke :f :read}".into(), stale]);
    let bad = read(&lines.join("\n"), None, Model::Kv, None).expect("a history");
    let found = judge(&good, Limits::default());
    assert!(matches!(found.verdict, Verdict::Linearizable(_)) && found.steps < 2_000, "{} steps", found.steps);
    let found = judge(&bad, Limits::default());
    let Verdict::NotLinearizable(part) = found.verdict else { panic!("a read goes back") };
    assert!(part.part.smallest && part.part.contradict.len() == 2, "{part:?}");
    assert!(found.steps < 20_000, "{} steps", found.steps);
}

/// All that a judgement does keeps to its steps: the verdict, and what makes the part smaller.
#[test]
fn every_phase_keeps_to_the_limits() {
    let (mut cut, mut unfinished) = (0, 0);
    for seed in 0..20 {
        let mut timed = drawn(&mut Draws(seed), 8, 150, 3, 10);
        let last_read = timed.iter().rposition(|one| matches!(one.reply, Some(Reply::Holds(_)))).expect("a read");
        timed[last_read].reply = Some(Reply::Holds(number(77)));
        let history = history(&timed);
        let whole = judge(&history, Limits::default()).steps;
        for steps in (1..10).map(|tenth| whole * tenth / 10) {
            let judgement = judge(&history, Limits { steps, ..Limits::default() });
            assert!(judgement.steps <= steps, "seed {seed}: {} steps of {steps}", judgement.steps);
            match judgement.verdict {
                Verdict::Linearizable(_) => panic!("seed {seed}: not linearizable"),
                Verdict::NotLinearizable(part) => unfinished += u32::from(!part.part.smallest),
                Verdict::CutOff => cut += 1,
            }
        }
    }
    assert!(cut > 20 && unfinished > 20, "{cut} cut off, {unfinished} not known to be the smallest");
}

/// A key that takes long does not hide that another has a contradiction.
#[test]
fn a_hard_key_does_not_hide_a_contradiction() {
    let (key, hard) = (Datum::Number(1), drawn(&mut Draws(3), 12, 400, 2, 30));
    let mut history = history(&hard);
    let first = history.operations.iter().map(|one| one.call.place.max(one.end.map_or(0, |end| end.place))).max();
    let at = |place: u32| Moment { place: first.unwrap_or(0) + place, time: None };
    for (place, access, held) in
        [(1, Access::Write(number(4)), Reply::Done), (3, Access::Read, Reply::Holds(number(5)))]
    {
        let accessed = Accessed { key: key.clone(), access, reply: Some(held) };
        history.operations.push(Operation { process: 99, accessed, call: at(place), end: Some(at(place + 1)) });
    }
    let Verdict::NotLinearizable(part) = judge(&history, Limits { steps: 1_000_000, ..Limits::default() }).verdict
    else {
        panic!("the read of 5 has no write")
    };
    assert_eq!(part.key, key);
}

fn calls_of(register: &mut Register, history: &History) -> Vec<Call<RegisterOperation>> {
    let operations = history.operations.iter();
    operations
        .map(|one| Call {
            operation: register.operation(&one.accessed.access, one.accessed.reply.as_ref()),
            call: one.call.place,
            end: one.end.map(|end| end.place),
            happened: one.end.is_some(),
        })
        .collect()
}

/// Small histories with one read falsified: the verdict is that of trying everything, and the part is what it says it is.
#[test]
fn verdicts_and_parts_are_those_of_brute_force() {
    let (mut good, mut bad) = (0, 0);
    for seed in 0..3_000 {
        let mut draws = Draws(seed);
        let mut timed = drawn(&mut draws, 2 + seed % 3, 7, 3, 5 * (seed % 6));
        let victim = draws.below(timed.len() as u64) as usize;
        if let Some(Reply::Holds(found)) = &mut timed[victim].reply {
            *found = number(draws.below(3) as i64);
        }
        let history = history(&timed);
        let mut register = Register::new(Some(number(0)));
        let calls = calls_of(&mut register, &history);
        let expected = by_brute_force(&mut register, &calls);
        match judge(&history, Limits::default()).verdict {
            Verdict::Linearizable(points) => {
                assert!(expected, "seed {seed}: {timed:?}");
                points_are_an_order(&history, &points, seed);
                good += 1;
            }
            Verdict::NotLinearizable(found) => {
                assert!(!expected, "seed {seed}: {timed:?}");
                part_is_smallest(&mut register, &calls, &found.part.contradict, &found.part.explain, seed);
                bad += 1;
            }
            Verdict::CutOff => panic!("seed {seed}: cut off"),
        }
    }
    assert!(good > 500 && bad > 500, "{good} good, {bad} bad");
}

/// Whether there is an order if the outcomes of these alone are known, and these others may have happened.
fn ordered_knowing(
    register: &mut Register,
    calls: &[Call<RegisterOperation>],
    known: &[usize],
    possible: &[usize],
) -> bool {
    let mut relaxed: Vec<_> = known.iter().map(|number| calls[*number]).collect();
    for number in possible.iter().filter(|number| !known.contains(number)) {
        let call = calls[*number];
        let forgotten = if call.happened { register.forget(&call.operation) } else { Some(call.operation) };
        relaxed.extend(forgotten.map(|operation| Call { operation, happened: false, ..call }));
    }
    by_brute_force(register, &relaxed)
}

fn part_is_smallest(
    register: &mut Register,
    calls: &[Call<RegisterOperation>],
    contradict: &[usize],
    explain: &[usize],
    seed: u64,
) {
    let all: Vec<usize> = (0..calls.len()).collect();
    assert!(!ordered_knowing(register, calls, contradict, &all), "seed {seed}: the part contradicts itself");
    let mut explained = contradict.to_vec();
    explained.extend(explain);
    for place in 0..contradict.len() {
        let mut fewer = contradict.to_vec();
        fewer.remove(place);
        assert!(ordered_knowing(register, calls, &fewer, &explained), "seed {seed}: {place} can be left out");
    }
    for (place, spared) in explain.iter().enumerate() {
        let mut fewer = explained.clone();
        fewer.remove(contradict.len() + place);
        let all_explained = (0..contradict.len()).all(|place| {
            let mut known = contradict.to_vec();
            known.remove(place);
            ordered_knowing(register, calls, &known, &fewer)
        });
        assert!(!all_explained, "seed {seed}: {spared} explains nothing");
    }
}

#[test]
fn equal_histories_give_equal_answers() {
    for seed in 0..50 {
        let mut timed = drawn(&mut Draws(seed), 4, 40, 3, 10);
        if let Some(read) = timed.iter_mut().rev().find(|one| matches!(one.reply, Some(Reply::Holds(_)))) {
            read.reply = Some(Reply::Holds(number(99)));
        }
        assert_eq!(judged(&timed), judged(&timed), "seed {seed}");
    }
}

/// Five clients, 200 operations each, and a timeout now and then.
#[test]
fn a_long_history_with_timeouts_is_judged_at_once() {
    for seed in 0..6 {
        let timed = drawn(&mut Draws(seed), 5, 1_000, 5, 1);
        let lost = timed.iter().filter(|one| one.to.is_none()).count();
        assert!(lost > 3, "{lost} timeouts");
        let last_read = timed.iter().rposition(|one| matches!(one.reply, Some(Reply::Holds(_)))).expect("a read");
        let mut falsified = timed.clone();
        falsified[last_read].reply = Some(Reply::Holds(number(77)));
        for (timed, expected) in [(timed, true), (falsified, false)] {
            let begun = std::time::Instant::now();
            assert_eq!(is_linearizable(&timed), expected);
            let took = begun.elapsed();
            assert!(took.as_millis() < 1_000, "seed {seed}: {took:?}");
        }
    }
}

#[test]
fn a_search_beyond_its_limits_says_so() {
    let timed = drawn(&mut Draws(1), 5, 200, 5, 0);
    for limits in [Limits { steps: 20, ..Limits::default() }, Limits { bytes: 1_000, ..Limits::default() }] {
        assert_eq!(judge(&history(&timed), limits).verdict, Verdict::CutOff);
    }
}
