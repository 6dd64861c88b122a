//! A driver's time: from the end of one service to the end of the next, with the breaks on the way.

use super::model::Node;
use super::plan::{Doing, Step};
use super::problem::Vehicle;
use crate::instance::Window;

/// Most labels at a node: ways of taking breaks of which none is better in every respect.
const LABELS: usize = 4;

/// A way of having come to the end of a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) time: i32,
    /// When the route starts at the earliest.
    pub(super) start: i32,
    /// Driving and service since the last break.
    worked: i32,
    /// Driven already towards the next, before a break that is done; of it, since the last rest.
    ahead: (i32, i32),
    /// Breaks by the clock that were taken or are over.
    breaks: u8,
    /// Waiting since the start.
    waited: i32,
    /// The start may be this much later and nothing is too late, waiting taken up as it comes.
    delay_max: i32,
    /// Money for lateness.
    pub(super) late: i64,
    /// Where it comes from, and the breaks of the way: by the clock, by the rule.
    pub(super) from: u8,
    by_clock: u8,
    by_rule: bool,
}

impl Label {
    pub(super) fn at(start: i32) -> Self {
        Self { time: start, start, delay_max: i32::MAX, ..Self::default() }
    }
    /// Seconds already driven towards the next.
    pub(super) const fn ahead(&self) -> i32 {
        self.ahead.0
    }
    /// So much later may the start be without a later end.
    pub(super) fn delay(&self) -> i32 {
        self.waited.min(self.delay_max).max(0)
    }
    /// From a start as late as it need not wait.
    pub(super) fn duration(&self) -> i32 {
        self.time - self.start - self.delay()
    }
    /// Never worse, whatever follows.
    fn dominates(&self, other: &Self) -> bool {
        self.time <= other.time
            && self.worked <= other.worked
            && self.breaks >= other.breaks
            && self.late <= other.late
            && self.start + self.delay() >= other.start + other.delay()
    }
}

/// The labels of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Labels {
    labels: [Label; LABELS],
    count: u8,
}

impl Labels {
    pub(super) fn one(label: Label) -> Self {
        let mut labels = Self::default();
        labels.add(label);
        labels
    }
    pub(super) fn all(&self) -> &[Label] {
        &self.labels[..self.count as usize]
    }
    fn add(&mut self, label: Label) {
        if self.all().iter().any(|other| other.dominates(&label)) {
            return;
        }
        let mut kept = 0;
        for idx in 0..self.count as usize {
            if !label.dominates(&self.labels[idx]) {
                self.labels[kept] = self.labels[idx];
                kept += 1;
            }
        }
        if kept == LABELS {
            let last = (0..kept).max_by_key(|&idx| self.labels[idx].time).unwrap_or(0);
            if self.labels[last].time <= label.time {
                self.count = kept as u8;
                return;
            }
            self.labels[last] = label;
        } else {
            self.labels[kept] = label;
            kept += 1;
        }
        self.count = kept as u8;
    }
    /// The earliest end.
    pub(super) fn earliest(&self) -> i32 {
        self.all().iter().map(|label| label.time).min().unwrap_or(i32::MAX)
    }
}

/// What is driven to: when it may begin there, how long it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) windows: &'a [Window],
    pub(super) service: i32,
    pub(super) due: i32,
    pub(super) late_per_hour: i64,
    /// Not to begin before this nor after that, windows apart.
    pub(super) not_before: i32,
    pub(super) not_after: i32,
}

impl<'a> Target<'a> {
    pub(super) fn node(node: &'a Node, (not_before, not_after): (i32, i32)) -> Self {
        let Node { service, due, late_per_hour, .. } = *node;
        Self { windows: &node.windows, service, due, late_per_hour, not_before, not_after }
    }
    /// The end of a route.
    pub(super) const fn end(shift: &'a [Window; 1]) -> Self {
        Self {
            windows: shift,
            service: 0,
            due: i32::MAX,
            late_per_hour: 0,
            not_before: 0,
            not_after: i32::MAX,
        }
    }
}

/// Drives to the next, every sensible way of taking breaks.
#[inline]
pub(super) fn drive(
    vehicle: &Vehicle,
    labels: &Labels,
    seconds: i32,
    target: Target<'_>,
) -> Labels {
    let mut reached = Labels::default();
    for (from, label) in labels.all().iter().enumerate() {
        let left = vehicle.breaks.len() - usize::from(label.breaks);
        for by_clock in 0..=left.min(2) as u8 {
            for by_rule in [false, true] {
                if by_rule && vehicle.break_rule.is_none() {
                    continue;
                }
                let way = Label { from: from as u8, by_clock, by_rule, ..*label };
                let way = go(vehicle, way, seconds, &mut |_| {});
                if let Some(label) = way.and_then(|way| serve(vehicle, way, target)) {
                    reached.add(label);
                }
            }
        }
    }
    reached
}

/// Begins the route at its first stop, as soon as that can be served.
pub(super) fn begin(vehicle: &Vehicle, labels: &Labels, target: Target<'_>) -> Labels {
    let mut reached = Labels::default();
    for label in labels.all() {
        let ready = label.time.max(target.not_before);
        let opens = target.windows.iter().find(|window| window.close >= ready);
        let Some(start) = opens.map(|window| ready.max(window.open)) else { continue };
        if let Some(label) = serve(vehicle, Label::at(start), target) {
            reached.add(label);
        }
    }
    reached
}

/// Drives with the breaks that `label` says; each is told.
fn go(
    vehicle: &Vehicle,
    mut label: Label,
    seconds: i32,
    tell: &mut dyn FnMut(Step),
) -> Option<Label> {
    let (work_max, lasts) =
        vehicle.break_rule.map_or((i32::MAX, i32::MAX), |rule| (rule.work_max, rule.lasts));
    let mut left = seconds - label.ahead.0.min(seconds);
    label.worked += label.ahead.1.min(seconds);
    label.ahead = (0, 0);
    for _ in 0..label.by_clock {
        let at = &vehicle.breaks[usize::from(label.breaks)];
        let window = best_window(&at.windows, label.time, left)?;
        // As late as it may be while driving, else as soon as it may be after.
        let begin = window.open.max(window.close.min(label.time + left).max(label.time));
        let driven = left.min(begin - label.time);
        label.waited += begin - label.time - driven;
        label.delay_max = label.delay_max.min(label.waited.saturating_add(window.close - begin));
        if label.worked + driven > work_max {
            return None;
        }
        label.worked = if at.lasts >= lasts { 0 } else { label.worked + driven };
        tell(rest(Some(usize::from(label.breaks)), begin, at.lasts));
        label.time = begin + at.lasts;
        label.breaks += 1;
        left -= driven;
    }
    let mut by_rule = label.by_rule;
    while by_rule || label.worked.saturating_add(left) > work_max {
        if !label.by_rule {
            return None;
        }
        let driven = left.min((work_max - label.worked).max(0));
        tell(rest(None, label.time + driven, lasts));
        label.time += driven + lasts;
        left -= driven;
        label.worked = 0;
        by_rule = false;
    }
    label.time += left;
    label.worked += left;
    Some(label)
}

const fn rest(number: Option<usize>, begin: i32, lasts: i32) -> Step {
    Step { doing: Doing::Break(number), arrive: begin, begin, finish: begin + lasts }
}

/// The latest window in which a break may begin before the drive is over, else the next one.
fn best_window(windows: &[Window], time: i32, left: i32) -> Option<Window> {
    let open = windows.iter().filter(|window| window.close >= time);
    let mut best = None;
    for window in open {
        if best.is_none() || window.open <= time + left {
            best = Some(*window);
        }
    }
    best
}

/// Waits for a window and serves.
#[inline]
fn serve(vehicle: &Vehicle, mut label: Label, target: Target<'_>) -> Option<Label> {
    let ready = label.time.max(target.not_before);
    let window = target.windows.iter().find(|window| window.close >= ready)?;
    let begin = ready.max(window.open);
    if begin > target.not_after {
        return None;
    }
    label.waited += begin - label.time;
    let late = (begin - target.due).max(0);
    let latest = if late > 0 { begin } else { window.close.min(target.due) };
    label.delay_max = label.delay_max.min(label.waited.saturating_add(latest - begin));
    if late > 0 {
        label.late += i64::from(late) * target.late_per_hour / 3_600;
    }
    label.time = begin + target.service;
    label.worked += target.service;
    if vehicle.break_rule.is_some_and(|rule| label.worked > rule.work_max) {
        return None;
    }
    while let Some(missed) = vehicle.breaks.get(usize::from(label.breaks)) {
        let last = missed.windows.last().map_or(0, |window| window.close);
        if last >= label.time {
            break;
        }
        if last >= label.start {
            return None;
        }
        label.breaks += 1;
    }
    Some(label)
}

/// Whether a route may end like this: no break that falls into it is still to be taken.
pub(super) fn may_end(vehicle: &Vehicle, label: &Label) -> bool {
    let next = vehicle.breaks.get(usize::from(label.breaks));
    next.is_none_or(|next| next.windows.first().is_none_or(|window| window.open >= label.time))
}

/// The breaks on the way and the service, as steps; `delay` is what the step before is later than its
/// label says, and becomes what this one is.
pub(super) fn steps(
    vehicle: &Vehicle,
    before: &Label,
    after: &Label,
    (seconds, service, doing): (i32, i32, Doing),
    delay: &mut i32,
    out: &mut Vec<Step>,
) {
    let way = Label { by_clock: after.by_clock, by_rule: after.by_rule, ..*before };
    let mut clock = before.time + *delay;
    let mut left = seconds - before.ahead.0.min(seconds);
    let mut tell = |step: Step| {
        let driven = left.min((step.begin - clock).max(0));
        let begin = step.begin.max(clock);
        left -= driven;
        out.push(Step { arrive: begin, begin, finish: begin + step.finish - step.begin, ..step });
        clock = begin + step.finish - step.begin;
    };
    // Breaks by the rule are later by the delay; those by the clock take up waiting first.
    let moved = Label { time: way.time + *delay, ..way };
    go(vehicle, moved, seconds, &mut tell);
    let arrive = clock + left;
    let begin = arrive.max(after.time - service);
    *delay = begin + service - after.time;
    out.push(Step { doing, arrive, begin, finish: begin + service });
}

/// The label at the end of what is done, with no way of starting later.
pub(super) fn after(done: &[Step], seconds: impl Fn(usize) -> i32, vehicle: &Vehicle) -> Label {
    let first = done.first().map_or(0, |step| step.begin);
    let mut label = Label { delay_max: 0, ..Label::at(first) };
    let mut left = 0;
    for (idx, step) in done.iter().enumerate() {
        if let Doing::Break(number) = step.doing {
            let driven = left.min(step.begin - label.time);
            let resets = vehicle.break_rule.is_some_and(|r| step.finish - step.begin >= r.lasts);
            label.ahead.0 += driven;
            label.ahead.1 = if resets { 0 } else { label.ahead.1 + driven };
            label.worked = if resets { 0 } else { label.worked };
            label.breaks = number.map_or(label.breaks, |number| number as u8 + 1);
            left -= driven;
        } else {
            label.worked += label.ahead.1 + left + step.finish - step.begin;
            label.ahead = (0, 0);
            left = seconds(idx);
        }
        label.time = step.finish;
    }
    label
}
