/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2000 Mark Taylor
   SPDX-FileCopyrightText: 2001-2002 Naoki Shibata
   SPDX-FileCopyrightText: 2000-2003 Takehiro Tominaga
   SPDX-FileCopyrightText: 2000-2012 Robert Hegemann
   SPDX-FileCopyrightText: 2000-2005 Gabriel Bouvigne
   SPDX-FileCopyrightText: 2000-2005 Alexander Leidinger
   Changed from LAME 3.100 on 2026-11-23: replaces the function init_s3_values of libmp3lame/psymodel.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* LAME's table of how maskers spread, and behind it the same sorted by distance (see psymodel.pl); freed with it. */
static int
init_s3_values(FLOAT ** p, int (*s3ind)[2], int npart,
               FLOAT const *bval, FLOAT const *bval_width, FLOAT const *norm)
{
    int     least = 0, most = 0, b, d, kk;
    size_t  own;
    FLOAT  *both, *s3;
    spreading_t *all;

    if (init_s3_values_of_lame(p, s3ind, npart, bval, bval_width, norm) != 0)
        return -1;
    for (b = 0; b < npart; b++) {
        least = Min(least, s3ind[b][0] - b);
        most = Max(most, s3ind[b][1] - b);
    }
    own = own_table(s3ind, npart);
    both = realloc(*p, own * sizeof(FLOAT) + sizeof(spreading_t) + (most - least + 1) * sizeof(FLOAT[CBANDS]));
    if (both == NULL)
        return -1;
    *p = s3 = both;
    all = (spreading_t *) (both + own);
    memset(all, 0, sizeof(spreading_t) + (most - least + 1) * sizeof(FLOAT[CBANDS]));
    all->least = least;
    all->most = most;
    for (d = 0; d < STEPS; d++) {
        FLOAT const middle = pow(10, (d + 0.5) / 16);
        all->factor[d] = vbrpsy_mask_add_of_lame(1, middle, 0, 0) / (1 + middle);
        all->ratio[d] = pow(10, (d + 1) / 16.0);
    }
    memset(all->from, npart, sizeof(all->from));
    for (b = 0; b < npart; b++) {
        for (kk = s3ind[b][0]; kk <= s3ind[b][1]; kk++) {
            d = kk - b - least;
            all->row[d][b] = *s3++;
            if (all->from[d] > b)
                all->from[d] = b;
            all->until[d] = b + 1;
        }
    }
    return 0;
}
