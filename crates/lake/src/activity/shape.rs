//! What a row is, by which of its cells are filled. Judged once for all rows that are filled alike.

use super::layout::Column;
use super::wrong::Wrong;

/// Which cells of a row are filled, in bits; see the constants of [`bit`].
pub(super) type Filled = u16;

/// The bits of [`Filled`].
pub(super) mod bit {
    use super::Filled;
    pub(in super::super) const AMOUNT: Filled = 1;
    pub(in super::super) const MASS: Filled = 1 << 1;
    pub(in super::super) const SFD: Filled = 1 << 2;
    pub(in super::super) const GCD: Filled = 1 << 3;
    /// One of the four coordinates at least.
    pub(in super::super) const PLACE: Filled = 1 << 4;
    /// All four.
    pub(in super::super) const PLACES: Filled = 1 << 5;
    pub(in super::super) const ACTUAL: Filled = 1 << 6;
    pub(in super::super) const FACTOR: Filled = 1 << 7;
    pub(in super::super) const TOC: Filled = 1 << 8;
    pub(in super::super) const HOC: Filled = 1 << 9;
    pub(in super::super) const ROUND: Filled = 1 << 10;
    pub(in super::super) const UNIT: Filled = 1 << 11;
    /// The unit is the tonne-kilometre.
    pub(in super::super) const TKM: Filled = 1 << 12;
    /// The unit is the tonne.
    pub(in super::super) const TONNE: Filled = 1 << 13;
    /// A way of any kind.
    pub(in super::super) const WAY: Filled = SFD | GCD | PLACE;
    /// One more than the largest.
    pub(in super::super) const END: usize = 1 << 14;
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// An amount in its unit; with the freight that it moved, or without.
    Amount,
    /// Freight counted by mass and distance.
    Freight,
    /// Freight through a hub, counted by mass.
    Hub,
    /// What a round used.
    Use,
    /// A consignment of a round.
    Consignment,
}

/// What a row is, or all that is wrong with it.
pub(super) fn judge(filled: Filled) -> Result<Shape, Vec<(Column, Wrong)>> {
    let mut row = Row { filled, wrongs: Vec::new() };
    row.distances();
    let shape = if !row.has(bit::ROUND) {
        row.plain()
    } else if row.has(bit::MASS) || row.has(bit::WAY) {
        row.consignment()
    } else {
        row.use_of_round()
    };
    if row.wrongs.is_empty() { Ok(shape) } else { Err(row.wrongs) }
}

struct Row {
    filled: Filled,
    wrongs: Vec<(Column, Wrong)>,
}

impl Row {
    /// Whether one of these bits is set.
    fn has(&self, bits: Filled) -> bool {
        self.filled & bits != 0
    }
    fn wrong(&mut self, column: Column, wrong: Wrong) {
        self.wrongs.push((column, wrong));
    }
    /// Tells a needed cell that is empty.
    fn needs(&mut self, bits: Filled, column: Column, wrong: Wrong) {
        if !self.has(bits) {
            self.wrong(column, wrong);
        }
    }
    /// Tells a cell that must be empty.
    fn forbids(&mut self, bits: Filled, column: Column, wrong: Wrong) {
        if self.has(bits) {
            self.wrong(column, wrong);
        }
    }

    /// At most one distance.
    fn distances(&mut self) {
        if self.has(bit::SFD) && self.has(bit::GCD) {
            self.wrong(Column::GcdKm, Wrong::SecondDistance);
        }
        if self.has(bit::SFD | bit::GCD) && self.has(bit::PLACE) {
            self.wrong(Column::OriginLat, Wrong::SecondDistance);
        } else if self.has(bit::PLACE) && !self.has(bit::PLACES) {
            self.wrong(Column::OriginLat, Wrong::Coordinates);
        }
    }

    /// Mass and distance, both.
    fn freight(&mut self) {
        self.needs(bit::MASS, Column::MassKg, Wrong::NoMass);
        if !self.has(bit::WAY) {
            if self.has(bit::ACTUAL) {
                self.wrong(Column::ActualKm, Wrong::OnlyActual);
            } else {
                self.wrong(Column::SfdKm, Wrong::NoDistance);
            }
        }
    }

    fn plain(&mut self) -> Shape {
        self.needs(bit::FACTOR | bit::TOC | bit::HOC, Column::FactorId, Wrong::NoFactor);
        if self.has(bit::FACTOR) {
            self.forbids(bit::TOC, Column::TocId, Wrong::SecondFactor);
        }
        if self.has(bit::FACTOR | bit::TOC) {
            self.forbids(bit::HOC, Column::HocId, Wrong::SecondFactor);
        }
        let leg = self.has(bit::MASS) && self.has(bit::WAY);
        if self.has(bit::HOC) {
            return self.hub();
        }
        if self.has(bit::TOC | bit::TKM) || (leg && !self.has(bit::UNIT)) {
            if self.has(bit::UNIT) {
                self.needs(bit::TKM, Column::Unit, Wrong::NotTonneKilometre);
            }
            self.freight();
            return Shape::Freight;
        }
        if self.has(bit::TONNE) && self.has(bit::MASS) && !self.has(bit::WAY) {
            return Shape::Hub;
        }
        if self.has(bit::MASS | bit::WAY) {
            self.freight();
        }
        // Mass or way alone, without a unit: freight or a hub, but nobody can say how much.
        if self.has(bit::UNIT) || !self.has(bit::MASS | bit::WAY) {
            self.amount();
        }
        Shape::Amount
    }

    fn amount(&mut self) {
        self.needs(bit::AMOUNT, Column::Amount, Wrong::Empty);
        self.needs(bit::UNIT, Column::Unit, Wrong::Empty);
    }

    fn hub(&mut self) -> Shape {
        if self.has(bit::UNIT) {
            self.needs(bit::TONNE, Column::Unit, Wrong::NotTonne);
        }
        for (bits, column) in
            [(bit::SFD, Column::SfdKm), (bit::GCD, Column::GcdKm), (bit::PLACE, Column::OriginLat)]
        {
            self.forbids(bits, column, Wrong::HubDistance);
        }
        self.needs(bit::MASS | bit::AMOUNT, Column::MassKg, Wrong::Empty);
        Shape::Hub
    }

    fn consignment(&mut self) -> Shape {
        self.freight();
        self.forbids(bit::FACTOR, Column::FactorId, Wrong::OnConsignment);
        self.forbids(bit::TOC, Column::TocId, Wrong::OnConsignment);
        self.forbids(bit::HOC, Column::HocId, Wrong::OnConsignment);
        if self.has(bit::UNIT) {
            self.needs(bit::TKM, Column::Unit, Wrong::NotTonneKilometre);
        }
        Shape::Consignment
    }

    fn use_of_round(&mut self) -> Shape {
        self.amount();
        self.forbids(bit::TOC, Column::TocId, Wrong::OnUse);
        self.forbids(bit::HOC, Column::HocId, Wrong::OnUse);
        if !self.has(bit::TOC | bit::HOC) {
            self.needs(bit::FACTOR, Column::FactorId, Wrong::Empty);
        }
        self.forbids(bit::TKM, Column::Unit, Wrong::UseInTonneKilometres);
        Shape::Use
    }
}

#[cfg(test)]
mod tests {
    use super::bit::*;
    use super::*;

    #[test]
    fn rows_are_what_is_filled_in() {
        for (filled, expect, why) in [
            (FACTOR | AMOUNT | UNIT, Shape::Amount, "fuel, electricity, material, waste"),
            (FACTOR | AMOUNT | UNIT | ACTUAL, Shape::Amount, "the driven way is information"),
            (FACTOR | AMOUNT | UNIT | MASS | GCD, Shape::Amount, "fuel, and what it moved"),
            (FACTOR | AMOUNT | UNIT | TONNE, Shape::Amount, "tonnes of a material, or of a hub"),
            (FACTOR | AMOUNT | UNIT | TONNE | MASS | SFD, Shape::Amount, "bunker fuel and freight"),
            (FACTOR | UNIT | TKM | MASS | SFD, Shape::Freight, "freight"),
            (FACTOR | MASS | SFD | ACTUAL, Shape::Freight, "the unit may be left out"),
            (TOC | MASS | PLACE | PLACES, Shape::Freight, "places instead of a distance"),
            (TOC | MASS | GCD | AMOUNT | UNIT | TKM, Shape::Freight, "an amount that must agree"),
            (HOC | MASS, Shape::Hub, "by mass"),
            (HOC | AMOUNT | UNIT | TONNE, Shape::Hub, "by tonnes"),
            (FACTOR | MASS | UNIT | TONNE, Shape::Hub, "a hub's factor by mass"),
            (ROUND | FACTOR | AMOUNT | UNIT, Shape::Use, "a round's fuel"),
            (ROUND | MASS | GCD, Shape::Consignment, "a stop"),
            (ROUND | MASS | SFD | AMOUNT | UNIT | TKM, Shape::Consignment, "with its tkm"),
        ] {
            assert_eq!(judge(filled), Ok(expect), "{why}");
        }
    }

    #[test]
    fn rows_that_are_refused() {
        use Column as C;
        use Wrong as W;
        for (filled, column, wrong, why) in [
            (AMOUNT | UNIT, C::FactorId, W::NoFactor, "nothing values it"),
            (FACTOR | TOC | MASS | SFD, C::TocId, W::SecondFactor, "which of the two?"),
            (TOC | HOC | MASS, C::HocId, W::SecondFactor, "which of the two?"),
            (FACTOR | AMOUNT, C::Unit, W::Empty, "an amount of what?"),
            (FACTOR | UNIT, C::Amount, W::Empty, "how much?"),
            (FACTOR | UNIT | TKM | AMOUNT, C::MassKg, W::NoMass, "tonne-kilometres by themselves"),
            (TOC | MASS, C::SfdKm, W::NoDistance, "no distance"),
            (TOC | SFD, C::MassKg, W::NoMass, "no mass"),
            (TOC | MASS | ACTUAL, C::ActualKm, W::OnlyActual, "never by the driven way"),
            (FACTOR | MASS, C::SfdKm, W::NoDistance, "a hub's or freight? it must say"),
            (TOC | MASS | SFD | UNIT, C::Unit, W::NotTonneKilometre, "a TOC per litre"),
            (TOC | MASS | SFD | GCD, C::GcdKm, W::SecondDistance, "both distances"),
            (TOC | MASS | GCD | PLACE | PLACES, C::OriginLat, W::SecondDistance, "given twice"),
            (TOC | MASS | PLACE, C::OriginLat, W::Coordinates, "three coordinates"),
            (HOC | MASS | SFD, C::SfdKm, W::HubDistance, "no way through a hub"),
            (HOC | MASS | UNIT, C::Unit, W::NotTonne, "a hub per kWh"),
            (HOC, C::MassKg, W::Empty, "how much went through?"),
            (ROUND | FACTOR | MASS | GCD, C::FactorId, W::OnConsignment, "counted twice"),
            (ROUND | MASS, C::SfdKm, W::NoDistance, "a stop where?"),
            (ROUND | GCD, C::MassKg, W::NoMass, "a stop with what?"),
            (ROUND | MASS | GCD | UNIT, C::Unit, W::NotTonneKilometre, "litres of one stop"),
            (ROUND | AMOUNT | UNIT, C::FactorId, W::Empty, "fuel of which factor?"),
            (ROUND | TOC | AMOUNT | UNIT, C::TocId, W::OnUse, "a category is no fuel"),
            (ROUND | FACTOR | AMOUNT | UNIT | TKM, C::Unit, W::UseInTonneKilometres, "no fuel"),
        ] {
            let wrongs = judge(filled).unwrap_err();
            assert!(wrongs.contains(&(column, wrong)), "{why}: {wrongs:?}");
        }
    }
}
