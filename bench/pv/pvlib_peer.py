"""pvlib on a year of weather: pvlib_peer.py WEATHER.csv. Processor seconds of this thread, JSON lines."""

import json
import sys
import time

import pandas as pd
import pvlib

LAT, LON, ALTITUDE_M = 36.1, -79.95, 273.0


def year(weather, times, model):
    """The chain of `energy pv`, from the sun to AC."""
    sun = pvlib.solarposition.spa_python(
        times, LAT, LON, ALTITUDE_M, pressure=pvlib.atmosphere.alt2pres(ALTITUDE_M), temperature=12, delta_t=67.0
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


weather = pd.read_csv(sys.argv[1])
times = pd.DatetimeIndex(pd.to_datetime(weather.timestamp)) + pd.Timedelta(minutes=30)
weather.index = times
for model in ("haydavies", "perez"):
    year(weather, times, model)
    runs = 20
    start = time.thread_time()
    for _ in range(runs):
        year(weather, times, model)
    seconds = (time.thread_time() - start) / runs
    row = {"tool": f"pvlib {pvlib.__version__}", "model": model, "sites": 1, "seconds": seconds}
    print(json.dumps(row | {"site_hours_per_s": round(len(times) / seconds)}))
