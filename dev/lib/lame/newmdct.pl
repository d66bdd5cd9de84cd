# SPDX-License-Identifier: LGPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The Tapedeck authors
# SPDX-FileCopyrightText: 1999-2000 Takehiro Tominaga
# Changed from LAME 3.100 on 2026-11-23: a script that changes libmp3lame/newmdct.c.
#
# This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
# License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
# It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING.

# The window over samples, fifteen pairs of its sums side by side: its table turned, so that the compiler can make vectors of them.
INIT { local $/; $windowed = <DATA> }
my $function = qr/^window_subband\(/m;
s/(?=^\/\* returns sum_j.*\ninline static void\n$function)/$windowed\n/m
  and s/($function.*?)    for \(i = -15; i < 0; i\+\+\) \{.*?\n    \}\n/$1    windowed(x1, a);
    wp += 15 * 18;
    x1 -= 15;
/s and s/($function.*?)    int     i;\n(.*?)\n    const sample_t \*x2 = .*?;\n/$1$2/s or die "LAME's newmdct.c is another one";
__DATA__
/* enwindow by column, up and down; one more than there are, for whole vectors. */
static FLOAT up[16][16], down[16][16], scale[2][16];

__attribute__((constructor)) static void
turn_window(void)
{
    int     i, j;
    for (i = 0; i < 15; i++) {
        for (j = 0; j < 16; j++)
            up[j][i] = down[j][15 - i] = enwindow[18 * i + j];
        scale[0][i] = enwindow[18 * i + 16];
        scale[1][i] = enwindow[18 * i + 17];
    }
}

static void
windowed(const sample_t * x1, FLOAT a[SBLIMIT])
{
    const sample_t *const rising = x1 - 62, *const falling = x1 - 15;
    FLOAT   s[16], t[16], s_down[16], t_down[16];
    int     i, j;

    for (i = 0; i < 16; i++) {
        FLOAT   s_up = 0, t_up = 0;
        for (j = 0; j < 8; j++) {
            s_up += rising[i - 224 + 64 * j] * up[j][i];
            t_up += rising[i + 256 - 64 * j] * up[8 + j][i];
        }
        s[i] = s_up;
        t[i] = t_up;
    }
    for (i = 0; i < 16; i++) {
        FLOAT   of_s = 0, of_t = 0;
        for (j = 0; j < 8; j++) {
            of_s += falling[i - 256 + 64 * j] * down[8 + j][i];
            of_t += falling[i + 224 - 64 * j] * down[j][i];
        }
        s_down[i] = of_s;
        t_down[i] = of_t;
    }
    for (i = 0; i < 15; i++) {
        FLOAT const sum = (s[i] + s_down[15 - i]) * scale[0][i], other = t_down[15 - i] - t[i];
        a[2 * i] = other + sum;
        a[2 * i + 1] = scale[1][i] * (other - sum);
    }
}
