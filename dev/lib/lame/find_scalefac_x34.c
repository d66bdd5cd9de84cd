/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2000 Mark Taylor
   SPDX-FileCopyrightText: 2000-2012 Robert Hegemann
   Changed from LAME 3.100 on 2026-11-23: replaces the function find_scalefac_x34 of libmp3lame/vbrquantize.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* Asks whether a band would be too noisy rather than how noisy it is: most scale factors tried are far off, so that the error of
   its largest value, were it that of all, is still little enough, or that of some values too much already. */
typedef struct {
    const FLOAT *xr, *xr34;
    unsigned int width;
    FLOAT   most;               /* noise allowed */
    FLOAT   largest;            /* of xr34 */
    FLOAT   energy;             /* the noise when nothing is left */
    uint8_t known[256];         /* 0: not yet, 1: fine, 2: too noisy */
} band_t;

#define PART 16

static int
is_too_noisy(band_t const *band, uint8_t sf)
{
    FLOAT const scaled = ipow20[sf] * band->largest;
    unsigned int const level = scaled + 0.5f;
    /* half the way to the next level, and what is rounded */
    FLOAT const worst = pow20[sf + Q_MAX2] * 0.51f * (pow43[level + 1] - pow43[level]);
    FLOAT   noise = 0;
    unsigned int i;

    if (worst * worst * band->width < band->most)
        return 0;
    if (scaled < 0.59f)
        return band->energy > band->most;
    for (i = 0; i < band->width && noise <= band->most; i += PART)
        noise += calc_sfb_noise_x34(band->xr + i, band->xr34 + i, Min(PART, band->width - i), sf);
    return noise > band->most;
}

static int
too_noisy(band_t * band, uint8_t sf)
{
    if (band->known[sf] == 0)
        band->known[sf] = 1 + is_too_noisy(band, sf);
    return band->known[sf] == 2;
}

static uint8_t
find_scalefac_x34(const FLOAT * xr, const FLOAT * xr34, FLOAT l3_xmin, unsigned int bw,
                  uint8_t sf_min)
{
    band_t  band = { xr, xr34, bw, l3_xmin, vec_max_c(xr34, bw), 0, { 0 } };
    unsigned int i;
    uint8_t sf = 128, found = 0, step = 128;

    for (i = 0; i < bw; i++)
        band.energy += xr[i] * xr[i];
    do {
        step /= 2;
        if (sf > sf_min
            && (too_noisy(&band, sf) || (sf < 255 && too_noisy(&band, sf + 1)) || too_noisy(&band, sf - 1)))
            sf -= step;
        else {
            if (sf > sf_min)
                found = sf;
            sf += step;
        }
    } while (step > 0);
    return Max(found > 0 ? found : sf, sf_min);
}
