//! A reading: what is measured, in which form, when.

use quantity::Instant;

/// What a device measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measured {
    /// AC energy out of an inverter.
    Generation,
    /// DC energy of a string; for comparison, in no sum.
    StringGeneration,
    /// The building's own use, without vehicles.
    Load,
    /// Bought, at the meter of the grid.
    Import,
    /// Sold, at the meter of the grid.
    Export,
    /// Into vehicles, at the plugs.
    Charging,
    /// Into the battery, AC.
    BatteryIn,
    /// Out of the battery, AC.
    BatteryOut,
    /// In the battery, kWh.
    Soc,
    /// On the plane of the modules, W/m2.
    Irradiance,
    /// At the back of the modules, °C.
    ModuleTemperature,
}

impl Measured {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Generation,
        Self::StringGeneration,
        Self::Load,
        Self::Import,
        Self::Export,
        Self::Charging,
        Self::BatteryIn,
        Self::BatteryOut,
        Self::Soc,
        Self::Irradiance,
        Self::ModuleTemperature,
    ];
    /// As files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Generation => "generation",
            Self::StringGeneration => "string_generation",
            Self::Load => "load",
            Self::Import => "import",
            Self::Export => "export",
            Self::Charging => "charging",
            Self::BatteryIn => "battery_in",
            Self::BatteryOut => "battery_out",
            Self::Soc => "soc",
            Self::Irradiance => "irradiance",
            Self::ModuleTemperature => "module_temperature",
        }
    }
    /// A flow of energy, not a level.
    pub const fn is_energy(self) -> bool {
        !matches!(self, Self::Soc | Self::Irradiance | Self::ModuleTemperature)
    }
}

/// How a value stands for its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The mean from the stamp to the next: power in kW, W/m2, °C, kWh in the battery.
    Mean,
    /// The energy from the stamp to the next, in kWh.
    Amount,
    /// The register at the stamp, in kWh since it was last reset.
    Counter,
}

/// A value at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Its file, among those read.
    pub file: u16,
    /// Its row in the file.
    pub row: u64,
    /// Its stamp.
    pub at: Instant,
    /// In the unit of its form.
    pub value: f64,
}

/// All readings of one quantity of one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// The site.
    pub site: String,
    /// The device there: a meter, an inverter, a string.
    pub device: String,
    /// What it measures.
    pub measured: Measured,
    /// How.
    pub form: Form,
    /// In the order of the file.
    pub readings: Vec<Reading>,
}
