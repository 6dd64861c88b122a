//! An activity file as chunks by number, for [`crate::calc::calculate`]: plain rows first, then the
//! shares of rounds, which need the whole file.
//!
//! Faults do not end the reading: all of them are told at once, in place of the shares.

use crate::activity::{ActivityFile, Chunk, CsvActivities, Faults, ParquetActivities, RoundRows};
use crate::columns::Activities;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A file that is read by several threads.
pub struct Feed {
    name: String,
    reader: Reader,
    read: Mutex<Read>,
    /// Rung whenever a chunk has been read.
    bell: Condvar,
}

enum Reader {
    Csv(Mutex<Ahead>),
    Parquet(ParquetActivities),
}

/// A file that is read from its beginning on, and the chunks read before they were asked for.
struct Ahead {
    file: CsvActivities,
    chunks: BTreeMap<usize, Result<Chunk, Faults>>,
    next: usize,
    is_over: bool,
}

/// What is known of the chunks read so far.
#[derive(Default)]
struct Read {
    chunks: usize,
    rounds: BTreeMap<usize, RoundRows>,
    faults: BTreeMap<usize, Faults>,
    /// How many plain chunks there are, once that is known.
    plain: Option<usize>,
    shares: Option<Vec<Option<Activities>>>,
}

impl Feed {
    /// Of a file whose header is read; `name` names it in faults.
    pub fn new(name: String, file: ActivityFile) -> Self {
        let (reader, plain) = match file {
            ActivityFile::Csv(file) => {
                let ahead = Ahead { file, chunks: BTreeMap::new(), next: 0, is_over: false };
                (Reader::Csv(Mutex::new(ahead)), None)
            }
            ActivityFile::Parquet(file) => {
                let chunks = file.chunks();
                (Reader::Parquet(file), Some(chunks))
            }
        };
        let read = Mutex::new(Read { plain, ..Read::default() });
        Self { name, reader, read, bell: Condvar::new() }
    }

    /// The chunk of a number, from 0 on, each asked for once; `None` past the last. Behind the plain
    /// chunks come the shares of rounds, or all that is wrong with the file.
    pub fn chunk(&self, number: usize) -> Option<Result<Activities, Faults>> {
        let Some(chunk) = self.plain(number) else {
            return self.shares_chunk(number);
        };
        let mut read = self.lock();
        read.chunks += 1;
        let plain = match chunk {
            Ok((activities, rounds)) => {
                if !rounds.is_empty() {
                    read.rounds.insert(number, rounds);
                }
                Some(activities)
            }
            Err(faults) => {
                read.faults.insert(number, faults);
                None
            }
        };
        self.bell.notify_all();
        drop(read);
        Some(Ok(plain.unwrap_or_else(|| crate::columns::Lines::none(1).activities)))
    }

    fn plain(&self, number: usize) -> Option<Result<Chunk, Faults>> {
        let ahead = match &self.reader {
            Reader::Parquet(file) => {
                return (number < file.chunks()).then(|| file.chunk(number));
            }
            Reader::Csv(ahead) => ahead,
        };
        let mut ahead = ahead.lock().unwrap_or_else(PoisonError::into_inner);
        while !ahead.is_over && ahead.next <= number {
            if let Some(chunk) = ahead.file.next_chunk() {
                let at = ahead.next;
                ahead.chunks.insert(at, chunk);
                ahead.next += 1;
            } else {
                ahead.is_over = true;
                self.lock().plain = Some(ahead.next);
            }
        }
        ahead.chunks.remove(&number)
    }

    fn shares_chunk(&self, number: usize) -> Option<Result<Activities, Faults>> {
        let mut read = self.lock();
        // Other threads are still reading the chunks before.
        while read.plain.is_none_or(|plain| read.chunks < plain) {
            read = self.bell.wait(read).unwrap_or_else(PoisonError::into_inner);
        }
        if read.shares.is_none() {
            let shares = self.shares(&mut read);
            read.shares = Some(match shares {
                Ok(shares) => shares.into_iter().map(Some).collect(),
                Err(faults) => {
                    read.shares = Some(Vec::new());
                    return Some(Err(faults));
                }
            });
        }
        let at = number - read.plain.unwrap_or(number);
        let shares = read.shares.as_mut()?;
        shares.get_mut(at)?.take().map(Ok)
    }

    fn shares(&self, read: &mut Read) -> Result<Vec<Activities>, Faults> {
        let mut told = Faults::default();
        for faults in std::mem::take(&mut read.faults).into_values() {
            told.append(faults);
        }
        if told.total > 0 {
            return Err(told);
        }
        match &self.reader {
            Reader::Csv(ahead) => {
                ahead.lock().unwrap_or_else(PoisonError::into_inner).file.repeated_ids()?;
            }
            Reader::Parquet(file) => file.repeated_ids()?,
        }
        let mut all: Option<RoundRows> = None;
        for rows in std::mem::take(&mut read.rounds).into_values() {
            match &mut all {
                Some(all) => all.append(rows),
                None => all = Some(rows),
            }
        }
        all.map_or(Ok(Vec::new()), |rounds| crate::activity::shares(&self.name, &rounds))
    }

    fn lock(&self) -> MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const HEADER: &str = "activity_id,link,activity,period,amount,unit,factor_id,round_id,mass_kg,sfd_km,data_kind\n";

    fn feed(rows: &str) -> Feed {
        let bytes = Bytes::from(format!("{HEADER}{rows}"));
        Feed::new("a.csv".into(), ActivityFile::from_bytes("a.csv", bytes).unwrap())
    }

    fn all(feed: &Feed) -> Result<Vec<i64>, Faults> {
        let mut amounts = Vec::new();
        for chunk in (0..).map_while(|number| feed.chunk(number)) {
            amounts.extend(chunk?.amounts);
        }
        Ok(amounts)
    }

    #[test]
    fn shares_come_behind_plain_rows() {
        let rows = "a,transportation,fuel,2025,3,l,diesel_blend_l,R1,,,primary\n\
                    b,warehousing,power,2025,7,kWh,grid_gb_kwh,,,,primary\n\
                    c,transportation,near,2025,,,,R1,100,10,primary\n\
                    d,transportation,far,2025,,,,R1,100,20,primary\n";
        let billion = 1_000_000_000;
        assert_eq!(all(&feed(rows)).unwrap(), [7 * billion, billion, 2 * billion]);
    }

    #[test]
    fn all_faults_are_told_at_the_end() {
        let rows = "a,transportation,fuel,2025,-3,l,diesel_blend_l,,,,primary\n\
                    b,flying,power,2025,7,kWh,grid_gb_kwh,,,,primary\n";
        assert_eq!(all(&feed(rows)).unwrap_err().total, 2);
    }

    #[test]
    fn an_id_twice_is_told() {
        let row = "a,transportation,fuel,2025,3,l,diesel_blend_l,,,,primary\n";
        assert_eq!(all(&feed(&row.repeat(2))).unwrap_err().total, 1);
    }
}
