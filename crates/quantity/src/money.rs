//! Money: an exact amount and the currency it is in.

use std::fmt;
use std::str::FromStr;

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why money cannot be read or added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurrencyError {
    /// Not three capital letters.
    #[error("not an ISO 4217 currency code")]
    NotACode,
    /// Amounts in two currencies.
    #[error("{0} and {1} cannot be added")]
    Mixed(Currency, Currency),
}

impl FromStr for Currency {
    type Err = CurrencyError;
    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        match text.as_bytes() {
            &[a, b, c] if text.bytes().all(|letter| letter.is_ascii_uppercase()) => {
                Ok(Self([a, b, c]))
            }
            _ => Err(CurrencyError::NotACode),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&letter| write!(f, "{}", char::from(letter)))
    }
}

/// An amount of money, in millionths of its currency's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    micros: i64,
    currency: Currency,
}

impl Money {
    /// Nothing, in this currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { micros: 0, currency }
    }
    /// From units, rounded to the millionth.
    pub fn from_units(units: f64, currency: Currency) -> Self {
        Self { micros: (units * 1e6).round() as i64, currency }
    }
    /// In units.
    pub fn units(self) -> f64 {
        self.micros as f64 / 1e6
    }
    /// Which currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }
    /// The sum; an error where the currencies differ.
    pub fn plus(self, other: Self) -> Result<Self, CurrencyError> {
        if self.currency != other.currency {
            return Err(CurrencyError::Mixed(self.currency, other.currency));
        }
        Ok(Self { micros: self.micros + other.micros, currency: self.currency })
    }
}

impl fmt::Display for Money {
    /// `BRL 12.34`, to the hundredth.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:.2}", self.currency, self.units())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_currencies_do_not_add() {
        let (real, euro) = ("BRL".parse().unwrap(), "EUR".parse().unwrap());
        assert_eq!(
            Money::from_units(1.0, real).plus(Money::from_units(1.0, euro)),
            Err(CurrencyError::Mixed(real, euro))
        );
        assert_eq!("brl".parse::<Currency>(), Err(CurrencyError::NotACode));
        assert_eq!(Money::from_units(12.345, real).to_string(), "BRL 12.35");
    }
}
