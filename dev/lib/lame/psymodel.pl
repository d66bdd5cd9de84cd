# SPDX-License-Identifier: LGPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The Tapedeck authors
# SPDX-FileCopyrightText: 1999-2000 Mark Taylor
# SPDX-FileCopyrightText: 2001-2002 Naoki Shibata
# SPDX-FileCopyrightText: 2000-2003 Takehiro Tominaga
# SPDX-FileCopyrightText: 2000-2012 Robert Hegemann
# SPDX-FileCopyrightText: 2000-2005 Gabriel Bouvigne
# SPDX-FileCopyrightText: 2000-2005 Alexander Leidinger
# Changed from LAME 3.100 on 2026-11-23: a script that changes libmp3lame/psymodel.c.
#
# This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
# License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
# It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING.

# Adds up all that masks the partitions of a long block at once, one distance after the other and in the order of LAME, which
# does it partition by partition.
INIT { local $/; $spread = <DATA> }
my $function = qr/^vbrpsy_compute_masking_l\(/m;
s/(?=^static void\n$function)/$spread\n/m
  and s/($function.*?    k = 0;\n)/$1    spread(gdl, eb_l, mask_idx_l, sum);\n/s
  and s/($function.*?FLOAT   max\[CBANDS\])/$1, sum[CBANDS]/s
  and s/($function.*?        )ecb = gdl->s3\[k\].*?\n        \}\n/$1ecb = sum[b];
        for (++kk; kk <= last; ++kk) {
            dd += mask_idx_l[kk];
            dd_n += 1;
        }
/s or die "LAME's psymodel.c is another one";
__DATA__
#define NEAREST 2               /* distances below that LAME adds up in steps of 1/16 of a decade */
#define STEPS 9
typedef struct {
    int     least, most;        /* distances */
    FLOAT   factor[STEPS];      /* by which the sum of two near maskers grows, step by step */
    FLOAT   ratio[STEPS];       /* of the maskers, where that step ends */
    unsigned char from[2 * CBANDS], until[2 * CBANDS];
    FLOAT   row[][CBANDS];      /* of each distance */
} spreading_t;

static size_t
own_table(int (*s3ind)[2], int npart)
{
    size_t  n = 0;
    int     b;
    for (b = 0; b < npart; b++)
        n += s3ind[b][1] - s3ind[b][0] + 1;
    return (n + 3) / 4 * 4;
}

/* Adds two near maskers to each other: by less the more they differ, and far from each other as if they were not near. */
static void
add_near(spreading_t const *all, int distance, int const *nearest, FLOAT const *other, FLOAT *masking, int n)
{
    FLOAT   more[CBANDS], less[CBANDS], factor[CBANDS];
    int     b, step;

    for (b = 0; b < n; b++) {
        more[b] = masking[b] > other[b] ? masking[b] : other[b];
        less[b] = masking[b] > other[b] ? other[b] : masking[b];
        factor[b] = 1;
    }
    for (step = STEPS - 1; step >= 0; step--) {
        FLOAT const this = all->factor[step], ratio = all->ratio[step];
        for (b = 0; b < n; b++)
            factor[b] = more[b] < ratio * less[b] ? this : factor[b];
    }
    for (b = 0; b < n; b++) {
        FLOAT const both = more[b] + less[b];
        FLOAT const far = more[b] < ma_max_i2 * less[b] ? both : more[b];
        masking[b] = distance <= nearest[b] ? both * factor[b] : far;
    }
}

static void
add_far(FLOAT const *other, FLOAT *masking, int n)
{
    int     b;

    for (b = 0; b < n; b++) {
        FLOAT const more = masking[b] > other[b] ? masking[b] : other[b];
        FLOAT const less = masking[b] > other[b] ? other[b] : masking[b];
        masking[b] = more < ma_max_i2 * less ? more + less : more;
    }
}

/* What masks each partition: all maskers of one distance, then all of the next, in the order in which LAME adds them. */
static void
spread(PsyConst_CB2SB_t const *gd, FLOAT const *eb, unsigned char const *tonality, FLOAT masking[CBANDS])
{
    spreading_t const *const all = (spreading_t const *) (gd->s3 + own_table((int (*)[2]) gd->s3ind, gd->npart));
    FLOAT   strength[3 * CBANDS], other[CBANDS];
    int     nearest[CBANDS];
    int     b, d;

    memset(strength, 0, sizeof(strength));
    memset(masking, 0, sizeof(FLOAT[CBANDS]));
    for (b = 0; b < gd->npart; b++) {
        strength[CBANDS + b] = eb[b] * tab[tonality[b]];
        nearest[b] = mask_add_delta(tonality[b]);
    }
    for (d = all->least; d <= all->most; d++) {
        FLOAT const *const share = all->row[d - all->least];
        FLOAT const *const from = strength + CBANDS + d;
        int const first = all->from[d - all->least], until = all->until[d - all->least];

        for (b = first; b < until; b++)
            other[b] = share[b] * from[b];
        if (abs(d) <= NEAREST)
            add_near(all, abs(d), nearest + first, other + first, masking + first, until - first);
        else
            add_far(other + first, masking + first, until - first);
    }
}
