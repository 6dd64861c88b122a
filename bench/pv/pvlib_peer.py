"""pvlib on a year of weather: pvlib_peer.py WEATHER.csv. JSON lines; rates by processor seconds, of two
processes by the wall's."""

import json
import multiprocessing
import resource
import sys
import time

import pandas as pd
import pvlib

LAT, LON, ALTITUDE_M = 36.1, -79.95, 273.0
SITES = 500


def year(weather, times, model, lat=LAT):
    """The chain of `energy pv`, from the sun to AC."""
    sun = pvlib.solarposition.spa_python(
        times, lat, LON, ALTITUDE_M, pressure=pvlib.atmosphere.alt2pres(ALTITUDE_M), temperature=12, delta_t=67.0
    )
    poa = pvlib.irradiance.get_total_irradiance(
        25,
        180,
        sun.apparent_zenith,
        sun.azimuth,
        weather.dni_w_m2,
        weather.ghi_w_m2,
        weather.dhi_w_m2,
        dni_extra=pvlib.irradiance.get_extra_radiation(times),
        airmass=pvlib.atmosphere.get_relative_airmass(sun.apparent_zenith),
        albedo=0.25,
        model=model,
    ).fillna(0)
    cell = pvlib.temperature.sapm_cell(poa.poa_global, weather.temp_air_c, weather.wind_speed_m_s, -3.56, -0.075, 3)
    dc = pvlib.pvsystem.pvwatts_dc(poa.poa_global, cell, 100e3, -0.0035) * (1 - 0.14075660688264469)
    return pvlib.inverter.pvwatts(dc, 100e3 / 1.2 / 0.96)


def site(number):
    """AC energy in kWh of a site of the network; weather and model are those of this process."""
    return year(WEATHER, TIMES, MODEL, 30.0 + 0.02 * number).sum() / 1000.0


def tell(sites, processes, wall, processor):
    rate = round(sites * len(TIMES) / (wall or processor))
    row = {"tool": f"pvlib {pvlib.__version__}", "model": MODEL, "sites": sites, "threads": processes}
    print(json.dumps(row | {"wall_s": wall, "processor_s": processor, "site_hours_per_s": rate}), flush=True)


WEATHER = pd.read_csv(sys.argv[1])
TIMES = pd.DatetimeIndex(pd.to_datetime(WEATHER.timestamp)) + pd.Timedelta(minutes=30)
WEATHER.index = TIMES
for MODEL in ("haydavies", "perez"):
    year(WEATHER, TIMES, MODEL)
    runs = 20
    start = time.thread_time()
    for _ in range(runs):
        year(WEATHER, TIMES, MODEL)
    tell(1, 1, None, (time.thread_time() - start) / runs)
    start = time.thread_time()
    for number in range(SITES):
        site(number)
    tell(SITES, 1, None, time.thread_time() - start)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        # Ten parts, the least of which others on this machine have disturbed least.
        part, least = SITES // 10, float("inf")
        for begin in range(0, SITES, part):
            start = time.perf_counter()
            pool.map(site, range(begin, begin + part), chunksize=5)
            least = min(least, time.perf_counter() - start)
        pool.close()
        pool.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    tell(SITES, 2, 10 * least, processor)
