//! The page's words in English.

use alloc::format;

use faultlab_core::Fault;

use crate::Sentence;

use super::{
    Caption, Checks, Cluster, Dials, Figures, Header, Help, Inspector, PageWords, Rules, Share, Story, Transport,
};

pub(super) static WORDS: PageWords = PageWords {
    header: HEADER,
    transport: TRANSPORT,
    caption: CAPTION,
    checks: CHECKS,
    rules: RULES,
    inspector: INSPECTOR,
    story: STORY,
    dials: DIALS,
    cluster: CLUSTER,
    share: SHARE,
    help: HELP,
    figures: FIGURES,
    act_refused: |act, reason| format!("“{act}” was not done: {reason}"),
};

const HEADER: Header = Header {
    skip_to_stage: "Skip to the stage",
    protocol: "Protocol",
    scenario: "Scenario",
    catalogue: "What to play with",
    catalogue_about: "Real protocol code, running here in your browser. Choose one and break it.",
    free_play: "Free play",
    free_play_about: "A fresh cluster with nothing planned.",
    with_rules_off: "With a rule switched off",
    seed: "seed",
    seed_wrong: |text| format!("A seed is a whole number from 0 to 18446744073709551615, not “{text}”."),
    share: "Share",
    other_language: "中文",
    theme: |theme| format!("Colours: {theme}"),
    theme_auto: "as the system says",
    theme_light: "light",
    theme_dark: "dark",
    help: "Help and keys",
    close: "Close",
    open_full: "Open in full",
    opened: |title| format!("Opened: {title}."),
};

const TRANSPORT: Transport = Transport {
    region: "Time",
    play: "Play",
    pause: "Pause",
    step_forward: "One event forward",
    step_back: "One event back",
    notable_forward: "Forward to the next notable event",
    notable_back: "Back to the notable event before",
    time_line: "Time line",
    speed: "Speed",
    times: |factor| format!("{factor}×"),
    real_time: "real time",
    fastest: "fastest",
    skip_idle: "skip idle time",
    branches: "Branches of this run",
    branch_count: |count| format!("{count} branches, nothing lost"),
    undo: "Undo",
    redo: "Redo",
    nothing_before: "There is nothing before this.",
    nothing_ahead: "Nothing more of that kind is going to happen soon.",
};

const CAPTION: Caption = Caption {
    region: "What just happened",
    why: "Why?",
    why_closed: "Close the chain",
    what_if_lost: "What if it is lost?",
    crash: |name| format!("Crash {name}"),
    crash_leader: "Crash the leader",
    restart: |name| format!("Restart {name}"),
    resume: |name| format!("Resume {name}"),
    heal: "Heal all links",
    divide: |one, other| format!("Divide {one} from {other}"),
    parted: |sides| {
        Sentence::new(format!("The cluster is parted: {sides}"), ". No message passes from one side to another.")
    },
    and: ", ",
    links_cut: "Links are cut",
    links_cut_rest: ". What is on them is lost.",
    links_healed: "Links are healed",
    links_healed_rest: ": they carry messages again.",
    colon: ": ",
    more: "More to break",
    chain: "How it came to this",
    chain_about: "Each event follows from the one above it.",
    broken: |name| format!("Broken: {name}"),
    broken_at: |time| format!("at {time}"),
    go_on: "Go on anyway",
    take_back: "Undo the last act",
    beyond: |fault| format!("This is outside what the protocol promises: it does not claim to survive {fault}."),
};

const CHECKS: Checks = Checks {
    title: "Checks",
    hold: |count| format!("{count} hold"),
    broken: |count| format!("{count} broken"),
    always: "always",
    sometimes: "must be reachable",
    within: "in time",
    figure: "measured",
    holds: "holds",
    is_broken: "broken",
    reached: "reached",
    reached_of: |reached, all| format!("situations reached: {reached} of {all}"),
    not_yet: "not reached yet",
    measured: |measured, bound| format!("{measured}, bound {bound}"),
    beyond: |fault| format!("Outside what the protocol promises since {fault}."),
    fault: |fault| match fault {
        Fault::Loss => "lost messages",
        Fault::Duplication => "duplicated messages",
        Fault::Delay => "delayed messages",
        Fault::Crash => "a crash",
        Fault::Partition => "a partition",
        Fault::Pause => "a pause",
        Fault::Slowness => "a slow node",
        Fault::Skew => "a skewed clock",
        Fault::TornRecord => "a torn record",
        Fault::CorruptRecord => "a corrupt record",
        Fault::DiskLoss => "a lost disk",
    },
};

const RULES: Rules = Rules {
    title: "Rules",
    all_on: "all on",
    about: "Switch a rule off and see what it was for.",
    off: |count| format!("{count} off"),
    breaks: |names| format!("Without it, this can break: {names}."),
    source: |document, section| format!("{document} {section}"),
    break_it: "Break it",
    shrink: "Shrink",
};

const INSPECTOR: Inspector = Inspector {
    title: "Node",
    choose: "Choose a node, a message or a client on the stage.",
    memory: "Memory",
    disk: "Disk",
    no_timer: "no timer runs",
    down: "down",
    gone: "all gone",
    running: "running",
    paused: "paused",
    syncing: "sync under way",
    records: |count| if count == 1 { "1 record".into() } else { format!("{count} records") },
    all_synced: "all synced",
    unsynced: |count| format!("{count} not synced"),
    empty: "empty",
    before: "before:",
    slow: |percent| format!("takes {percent} % of the usual time"),
    clock_off: |percent| format!("its clock is off by {percent}"),
    packet: |from, to| format!("{from} to {to}"),
    sent: "sent",
    due: "arrives",
    held: "held: it waits until you let it go",
    waiting_there: "arrived, but the node is paused",
    packet_gone: "This message is no longer on its way.",
    client: |name| format!("Client {name}"),
    client_idle: "It waits for nothing.",
    client_waits: |request, node| format!("Waits for “{request}”, last asked {node}."),
    client_queue: |count| format!("{count} more in its queue"),
    link: |from, to| format!("Link from {from} to {to}"),
    link_open: "It carries messages.",
    link_cut: "It is cut: whatever is sent over it is lost.",
};

const STORY: Story = Story {
    title: "Story",
    filter: "Show",
    everything: "everything",
    messages: "messages",
    notable: "notable",
    empty: "Nothing has happened yet.",
};

const DIALS: Dials = Dials {
    title: "Dials",
    network: "Network and disks",
    loss: "Messages lost",
    duplication: "Messages doubled",
    latency_min: "Quickest message",
    latency_max: "Slowest message",
    in_order: "Messages stay in order",
    sync_min: "Quickest sync",
    sync_max: "Slowest sync",
    load: "Clients",
    clients: "Clients that ask",
    think_min: "Shortest pause between requests",
    think_max: "Longest pause between requests",
    reads: "Requests that read",
    keys: "Keys",
    retry: "Ask again after",
    protocol: "Protocol",
    bounds: |min, max| format!("{min} to {max}"),
    starts_anew: "Changing this starts the run anew.",
    wrong_number: |name, min, max| format!("{name}: a number from {min} to {max} is needed."),
    milliseconds: "ms",
    microseconds: "µs",
    percent: "%",
};

const CLUSTER: Cluster = Cluster {
    title: "Cluster and requests",
    nodes: "Nodes",
    nodes_about: "Changing the number of nodes starts the run anew.",
    requests_on: "Ask about a node",
    request: "Ask the cluster",
    request_hint: |example| format!("for example “{example}”"),
    client: "Client",
    send: "Send",
};

const SHARE: Share = Share {
    title: "Share this moment",
    link: "Link",
    link_about: "It holds the scenario, the seed and everything you did, and opens at this very moment.",
    copy: "Copy link",
    copied: "The link is copied.",
    copy_failed: "The browser did not allow copying; the link is selected, copy it by hand.",
    save: "Save as a file",
    load: "Open a file…",
    frame: "Frame for a page",
    file_wrong: |name, reason| format!("The file {name} cannot be used. {reason}"),
    file_big: |name| format!("The file {name} is too big for a run: more than 1 MB."),
    link_wrong: |reason| format!("The link in the address cannot be used. {reason}"),
    link_not_ours: "It is not a link of Faultlab: it does not begin with a number and a dot.",
    link_newer: |found, known| format!("It was made by a newer Faultlab: codec {found}, this one knows up to {known}."),
    link_damaged: "It is damaged: a part of it is missing or changed.",
    link_big: |most| format!("It holds more than {most} bytes."),
    misfit: crate::scenario::misfit_en,
    moment_not_reached: |asked, shown| {
        format!("The run has too many steps to get to {asked}. It is shown at {shown}.")
    },
    query_wrong: |name, value| format!("The address says {name}={value}, which means nothing here; it was left out."),
    stored_wrong: |reason| format!("What was kept from the last visit cannot be used. {reason}"),
    unknown_scenario: |name| format!("There is no scenario “{name}”; here is the default one."),
    unknown_protocol: |name| format!("There is no protocol “{name}”; here is the default one."),
    other_behaviour: |then, now| {
        format!(
            "This run was recorded with version {then} of the protocol; this is version {now}. It may go another way."
        )
    },
    other_trace: "This run goes another way than when the link was made: what happened before this moment differs.",
    not_fetched: "A part of Faultlab could not be fetched. Please check the connection and try again.",
    not_reached: "This run ends before the moment that the link asks for.",
    restored: "Here is what you had before the page was reloaded.",
};

const HELP: Help = Help {
    title: "Help",
    about: "Choose a node or a message on the stage and its verbs appear beside it. Act at any time: in the past, your act starts a new branch, and the old one stays.",
    run_keys_title: "Keys for the run",
    keys: &[
        ("Space", "play or pause"),
        (". ,", "one event forward, back"),
        ("] [", "to the next message that arrives or is lost, back"),
        ("n p", "to the next notable event, back"),
        ("Ctrl Z", "undo an act"),
        ("Ctrl Shift Z", "redo it"),
        ("?", "this help"),
        ("Esc", "close, or choose nothing"),
    ],
    stage_keys_title: "Keys on the stage",
    stage_keys: &[
        ("← ↑ → ↓", "walk among nodes and clients"),
        ("Enter", "open the verbs"),
        ("c", "crash or restart the node"),
        ("p", "pause or resume it"),
        ("t", "fire its timer"),
        ("i", "isolate or reconnect it"),
        ("1 … 9", "while grouping: put it into that group"),
        ("m", "walk among the messages"),
    ],
    licence: "Faultlab is free software under the MIT or the Apache 2.0 licence. Nothing you do here leaves your computer.",
};

const FIGURES: Figures = Figures {
    title: "Counts",
    sent: "messages sent",
    lost: "messages lost",
    bytes: "bytes sent",
    syncs: "disk syncs",
    asked: "requests",
    done: "answered with success",
    wait_mean: "mean wait",
    wait_longest: "longest wait",
    retries: "retries",
    crashes: "crashes",
    availability: "available",
    repair: "mean time to repair",
};
