//! Where the bar of verbs stands: near its object, never over it, never outside the stage. Pure.

use super::geometry::Rect;

/// Between the bar and its object, and between the bar and the stage's edge.
const GAP: f64 = 8.0;

/// Where to put a bar of this size so that its object stays in sight. `docks` is for a phone: along the lower edge, or the upper
/// one if the object is there.
pub(crate) fn place(width: f64, height: f64, object: &Rect, stage: &Rect, docks: bool) -> (f64, f64) {
    let centred = |low: f64, high: f64, middle: f64| middle.clamp(low.min(high), high.max(low));
    let x = centred(stage.x + GAP, stage.right() - width - GAP, object.x + (object.width - width) / 2.0);
    let y = centred(stage.y + GAP, stage.bottom() - height - GAP, object.y + (object.height - height) / 2.0);
    let below = (x, object.bottom() + GAP);
    let above = (x, object.y - height - GAP);
    let right = (object.right() + GAP, y);
    let left = (object.x - width - GAP, y);
    let middle = stage.x + (stage.width - width) / 2.0;
    let lower = (middle, stage.bottom() - height - GAP);
    let upper = (middle, stage.y + GAP);
    let candidates = if docks { [lower, upper, below, above] } else { [below, above, right, left] };
    let fits = |&(x, y): &(f64, f64)| {
        let bar = Rect::new(x, y, width, height);
        !bar.overlaps(object) && bar.is_within(stage)
    };
    // With no room anywhere, the edge that is further from the object hides least of it.
    let is_low = object.y + object.height / 2.0 > stage.y + stage.height / 2.0;
    candidates.into_iter().find(fits).unwrap_or(if is_low { upper } else { lower })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_there_is_room_the_bar_hides_nothing_and_stays_inside() {
        for (width, height, docks) in [(1000.0, 480.0, false), (720.0, 440.0, false), (320.0, 400.0, true)] {
            let stage = Rect::new(0.0, 0.0, width, height);
            for column in 0..=20 {
                for row in 0..=20 {
                    let at = (f64::from(column) / 20.0 * (width - 64.0), f64::from(row) / 20.0 * (height - 64.0));
                    let object = Rect::new(at.0, at.1, 64.0, 64.0);
                    let (w, h) = (300.0, 96.0);
                    let (x, y) = place(w, h, &object, &stage, docks);
                    let bar = Rect::new(x, y, w, h);
                    assert!(bar.is_within(&stage), "{bar:?} leaves {stage:?}");
                    assert!(!bar.overlaps(&object), "{bar:?} covers {object:?}");
                }
            }
        }
    }

    #[test]
    fn on_a_phone_it_docks_below_unless_the_object_is_there() {
        let stage = Rect::new(0.0, 0.0, 320.0, 400.0);
        let (_, low) = place(300.0, 100.0, &Rect::new(100.0, 20.0, 60.0, 60.0), &stage, true);
        let (_, high) = place(300.0, 100.0, &Rect::new(100.0, 330.0, 60.0, 60.0), &stage, true);
        assert!(low > 280.0 && high < 20.0);
    }
}
