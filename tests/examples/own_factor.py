"""A factor of your own: Amihud's illiquidity, the price move that a unit of money makes.

Any function from the panel to a (date, asset) array is a factor. Put its file on
PYTHONPATH and name it in ``conf/base/parameters/factors.yml``::

    factors:
      own: {illiquidity: own_factor.illiquidity}

Models with ``features: all`` see it, winsorised and z-scored like the paper's factors.
"""

import numpy as np
import xarray as xr

DAYS = 20


def illiquidity(panel: xr.Dataset) -> xr.DataArray:
    """Mean of |daily return| / amount over the asset's own last 20 traded days, in logs."""
    close, amount = panel["close"].to_pandas(), panel["amount"].to_pandas()
    move = (close / close.ffill().shift() - 1).abs() / amount
    # A suspended day is NaN: dropping it first makes the window count traded days.
    mean = move.apply(lambda asset: asset.dropna().rolling(DAYS).mean().reindex(asset.index))
    values = np.log(mean.where(mean > 0))
    return xr.DataArray(values, coords=panel["close"].coords, dims=("date", "asset"))
