//! What the views of banks share: a log as cells, an account with whoever holds it.

use faultlab_core::kit::bank::{Account, TxnId};
use faultlab_core::{AreaId, Condition, Disk, NodeId, Operation, Protocol};
use yew::prelude::*;

use super::typed::TypedLab;
use super::{Cell, CellState, Tone};

/// The records of a node's log: synced, unsynced, and those that its fall took.
pub(super) fn log_cells<P: Protocol>(
    lab: TypedLab<'_, P>,
    node: NodeId,
    area: AreaId,
    cell: fn(&P::Record, CellState) -> Cell,
) -> Vec<Cell> {
    let unsynced = |disk: &Disk<P::Record>, state| -> Vec<Cell> {
        let operations = disk.area(area).unsynced().iter();
        let records = operations.filter_map(|operation| match operation {
            Operation::Append(record) | Operation::Write { record, .. } => Some(cell(record, state)),
            Operation::Trim { .. } | Operation::Truncate { .. } => None,
        });
        records.collect()
    };
    let mut cells = Vec::new();
    if let Some(disk) = lab.disk(node) {
        cells.extend(disk.area(area).records().map(|stored| match stored.read() {
            Ok(record) => cell(record, CellState::Synced),
            Err(Condition::Torn | Condition::Corrupt | Condition::Intact) => {
                Cell { text: "✕".into(), state: CellState::Lost, tone: Tone::Fault }
            }
        }));
        cells.extend(unsynced(disk, CellState::Unsynced));
    }
    if let Some(disk) = lab.lost(node) {
        cells.extend(unsynced(&disk, CellState::Lost));
    }
    cells
}

/// An account with its balance, and the transaction that holds it.
pub(super) fn account_chip(
    account: Account,
    balance: i64,
    holder: Option<TxnId>,
    free: &'static str,
    locked_by: fn(&str) -> String,
) -> Html {
    let letter = account.letter();
    match holder {
        Some(txn) => html! {
            <span class="account locked" title={locked_by(&txn.to_string())}>
                { format!("{letter} {balance}") }<b>{ txn.to_string() }</b>
            </span>
        },
        None => html! { <span class="account" title={free}>{ format!("{letter} {balance}") }</span> },
    }
}
