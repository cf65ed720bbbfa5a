//! Banks that move money in transactions: what a transaction is, what it does to which accounts, and at which banks these are
//! kept. Node `n1` coordinates; every other node is a bank.

use super::NodeSet;
use crate::{Misspelled, NodeId, Protocol, Rename, Renaming, Setup, Spelled, Words};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most accounts there can be: each has a letter.
pub const MAX_ACCOUNTS: u8 = 26;

/// The coordinator's node. All others are banks.
pub const COORDINATOR: NodeId = NodeId(0);

/// A protocol whose nodes, but for the coordinator, are banks.
pub trait Banks: Protocol {
    /// How many accounts there are over all banks, and what each holds when a run begins.
    fn accounts(config: &Self::Config) -> (u8, u32);
}

/// A set of accounts, one bit each; stored and shown as a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AccountSet(u32);

impl AccountSet {
    pub const EMPTY: Self = Self(0);

    /// The accounts, in order.
    pub fn iter(self) -> impl Iterator<Item = Account> + Clone {
        (0..MAX_ACCOUNTS).map(Account).filter(move |account| self.contains(*account))
    }

    pub fn contains(self, account: Account) -> bool {
        self.0 & account.bit() != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl FromIterator<Account> for AccountSet {
    fn from_iter<I: IntoIterator<Item = Account>>(accounts: I) -> Self {
        Self(accounts.into_iter().fold(0, |bits, account| bits | account.bit()))
    }
}

impl fmt::Debug for AccountSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for AccountSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for AccountSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Account>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// A transaction's name: how often the coordinator had restarted when it began, and a number counted from one since then.
///
/// Presumed abort logs nothing when a transaction begins, so a coordinator that lost its memory does not know which numbers
/// it has used. The durable count of restarts keeps names from being used twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Rename)]
#[rename(P: Protocol)]
pub struct TxnId {
    pub epoch: u16,
    pub number: u32,
}

impl fmt::Display for TxnId {
    /// `T3`; after the first restart `T1.3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch == 0 { write!(f, "T{}", self.number) } else { write!(f, "T{}.{}", self.epoch, self.number) }
    }
}

impl TxnId {
    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('T')?;
        let (epoch, number) = rest.split_once('.').unwrap_or(("0", rest));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(epoch) || !digits(number) {
            return None;
        }
        Some(Self { epoch: epoch.parse().ok()?, number: number.parse().ok()? })
    }
}

// Stored and shown as people write it.
impl Serialize for TxnId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TxnId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("expected a transaction such as T3 or T1.3"))
    }
}

impl fmt::Debug for TxnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One account, by its number. People see a letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(pub u8);

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.letter())
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match char::deserialize(deserializer)? {
            letter @ 'a'..='z' => Ok(Self(letter as u8 - b'a')),
            _ => Err(D::Error::custom("expected an account: a letter from a to z")),
        }
    }
}

impl Account {
    /// The letter people see; `?` where the number has none.
    pub fn letter(self) -> char {
        if self.0 < MAX_ACCOUNTS { char::from(b'a' + self.0) } else { '?' }
    }

    /// The account's bit in a set; none for a number without a letter.
    fn bit(self) -> u32 {
        if self.0 < MAX_ACCOUNTS { 1 << self.0 } else { 0 }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// What a client wants done, all of it or nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
pub enum Transaction {
    /// Moves money from one account to another.
    Transfer { from: Account, to: Account, amount: u16 },
    /// Pays the amount from one account to the account of the same rank at every other bank: a transaction of all banks.
    Share { from: Account, amount: u16 },
    /// Reads all accounts at once. It must see the same total always.
    Audit,
}

/// Where accounts are kept: account `k` at participant `k mod banks`. The account's *rank* is `k / banks`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    banks: u8,
    accounts: u8,
    opening: i64,
}

impl Layout {
    pub fn new<P: Banks>(setup: &Setup<P>) -> Self {
        let banks = setup.nodes.saturating_sub(1);
        let (accounts, opening) = P::accounts(&setup.config);
        let accounts = if banks == 0 { 0 } else { accounts.min(MAX_ACCOUNTS) };
        Self { banks, accounts, opening: i64::from(opening) }
    }

    /// What each account holds when the run begins.
    pub fn opening(self) -> i64 {
        self.opening
    }

    /// What all accounts hold together when the run begins, and after every transaction.
    pub fn grand_total(self) -> i64 {
        i64::from(self.accounts) * self.opening
    }

    /// The balances of all accounts when the run begins.
    pub fn opening_balances(self) -> Vec<i64> {
        alloc::vec![self.opening; usize::from(self.accounts)]
    }

    /// The balances of the accounts at one bank when the run begins.
    pub fn opening_balances_of(self, bank: NodeId) -> Vec<i64> {
        alloc::vec![self.opening; self.kept_by(bank).len()]
    }

    pub fn all(self) -> AccountSet {
        (0..self.accounts).map(Account).collect()
    }

    pub fn exists(self, account: Account) -> bool {
        account.0 < self.accounts
    }

    /// The bank that keeps an account.
    pub fn home(self, account: Account) -> NodeId {
        NodeId(1 + account.0.checked_rem(self.banks).unwrap_or(0))
    }

    /// The accounts that a bank keeps.
    pub fn kept_by(self, bank: NodeId) -> AccountSet {
        (0..self.accounts).map(Account).filter(|account| self.home(*account) == bank).collect()
    }

    fn rank(self, account: Account) -> u8 {
        account.0.checked_div(self.banks).unwrap_or(0)
    }

    /// Whether a transaction makes sense here: its accounts exist, it moves something, and to somebody else.
    pub fn admits(self, transaction: Transaction) -> bool {
        match transaction {
            Transaction::Transfer { from, to, amount } => {
                from != to && self.exists(from) && self.exists(to) && amount > 0
            }
            Transaction::Share { from, amount } => {
                self.exists(from) && amount > 0 && self.touched(transaction).len() > 1
            }
            Transaction::Audit => self.accounts > 0,
        }
    }

    /// The accounts that a transaction locks.
    pub fn touched(self, transaction: Transaction) -> AccountSet {
        match transaction {
            Transaction::Transfer { from, to, amount: _ } => {
                [from, to].into_iter().filter(|account| self.exists(*account)).collect()
            }
            Transaction::Share { from, amount: _ } => {
                (0..self.accounts).map(Account).filter(|account| self.rank(*account) == self.rank(from)).collect()
            }
            Transaction::Audit => self.all(),
        }
    }

    /// The banks that a transaction needs.
    pub fn participants(self, transaction: Transaction) -> NodeSet {
        self.touched(transaction).iter().map(|account| self.home(account)).collect()
    }

    /// What a transaction does to an account's balance. Over all accounts it comes to nothing.
    pub fn change(self, transaction: Transaction, account: Account) -> i64 {
        match transaction {
            Transaction::Transfer { from, to, amount } => {
                let amount = i64::from(amount);
                (if account == to { amount } else { 0 }) - (if account == from { amount } else { 0 })
            }
            Transaction::Share { from, amount } => {
                let touched = self.touched(transaction);
                if account == from {
                    -i64::from(amount) * i64::from(touched.len().saturating_sub(1) as u32)
                } else if touched.contains(account) {
                    i64::from(amount)
                } else {
                    0
                }
            }
            Transaction::Audit => 0,
        }
    }

    /// What an audit reads at one bank; other transactions read nothing.
    pub fn read(self, bank: NodeId, balances: &[i64], transaction: Transaction) -> i64 {
        match transaction {
            Transaction::Audit => {
                let kept = self.kept_by(bank).iter();
                kept.zip(balances).fold(0, |sum: i64, (_, balance)| sum.wrapping_add(*balance))
            }
            Transaction::Transfer { .. } | Transaction::Share { .. } => 0,
        }
    }

    /// Does a bank's part of a transaction.
    pub fn apply(self, bank: NodeId, balances: &mut [i64], transaction: Transaction) {
        for (account, balance) in self.kept_by(bank).iter().zip(balances) {
            *balance = balance.wrapping_add(self.change(transaction, account));
        }
    }

    /// An account at a bank that would fall below zero.
    pub fn overdrawn(self, bank: NodeId, balances: &[i64], transaction: Transaction) -> Option<Account> {
        let falls = |(account, balance): &(Account, &i64)| {
            let change = self.change(transaction, *account);
            change < 0 && balance.wrapping_add(change) < 0
        };
        self.kept_by(bank).iter().zip(balances).find(falls).map(|(account, _)| account)
    }
}

impl Transaction {
    /// What the client is told that an audit has read.
    pub const fn total_read(self, read: i64) -> Option<i64> {
        match self {
            Self::Audit => Some(read),
            Self::Transfer { .. } | Self::Share { .. } => None,
        }
    }
}

/// An account stays with its bank, at its rank.
impl<P: Banks> Rename<P> for Account {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        let layout = Layout::new(by.setup);
        let bank = by.node(layout.home(*self));
        self.0 = layout.rank(*self) * layout.banks + bank.0.saturating_sub(1);
    }
}

impl<P: Banks> Rename<P> for AccountSet {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        let renamed = self.iter().map(|mut account| {
            Rename::<P>::rename(&mut account, by);
            account
        });
        *self = renamed.collect();
    }
}

/// The banks are interchangeable that keep equally many accounts.
pub fn keeps_accounts<P: Banks>(by: &Renaming<'_, P>) -> bool {
    let layout = Layout::new(by.setup);
    let exists = |mut account: Account| {
        Rename::<P>::rename(&mut account, by);
        layout.exists(account)
    };
    by.node(COORDINATOR) == COORDINATOR && (0..layout.accounts).map(Account).all(exists)
}

impl Spelled for Account {
    fn spell(&self, out: &mut String) {
        out.push(self.letter());
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.expect("account", |word| match *word.as_bytes() {
            [letter @ b'a'..=b'z'] => Some(Self(letter - b'a')),
            _ => None,
        })
    }
}

impl Spelled for TxnId {
    fn spell(&self, out: &mut String) {
        out.push_str(&format!("{self}"));
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.expect("transaction", Self::parse)
    }
}

/// `transfer a b 30`, `share a 10`, `audit`.
impl Spelled for Transaction {
    fn spell(&self, out: &mut String) {
        out.push_str(&match *self {
            Self::Transfer { from, to, amount } => format!("transfer {} {} {amount}", from.letter(), to.letter()),
            Self::Share { from, amount } => format!("share {} {amount}", from.letter()),
            Self::Audit => "audit".into(),
        });
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        let verb = words.one_of(&["transfer", "share", "audit"])?;
        Self::read_behind(verb, words)
    }
}

impl Transaction {
    /// Reads what stands behind its verb: 0 is `transfer`, 1 `share`, all others `audit`.
    ///
    /// # Errors
    /// The word that does not fit.
    pub fn read_behind(verb: usize, words: &mut Words<'_>) -> Result<Self, Misspelled> {
        let amount = |words: &mut Words<'_>| words.number("amount");
        match verb {
            0 => {
                let (from, to) = (Account::read(words)?, Account::read(words)?);
                Ok(Self::Transfer { from, to, amount: amount(words)? })
            }
            1 => Ok(Self::Share { from: Account::read(words)?, amount: amount(words)? }),
            _ => Ok(Self::Audit),
        }
    }
}

const _: () = assert!(MAX_ACCOUNTS == 26, "an account is a letter");
