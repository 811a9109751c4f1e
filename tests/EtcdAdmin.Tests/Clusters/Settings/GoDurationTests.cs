using EtcdAdmin.Clusters.Settings;
using FsCheck.Xunit;

namespace EtcdAdmin.Tests.Clusters.Settings;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("40s", 40_000_000_000)]
    [InlineData("1h30m", 5_400_000_000_000)]
    [InlineData("1h30m0s", 5_400_000_000_000)]
    [InlineData("500ms", 500_000_000)]
    [InlineData("1.5h", 5_400_000_000_000)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("1.s", 1_000_000_000)]
    [InlineData("+2s", 2_000_000_000)]
    [InlineData("-2s", -2_000_000_000)]
    [InlineData("1ns", 1)]
    [InlineData("3us", 3_000)]
    [InlineData("3\u00b5s", 3_000)]
    [InlineData("3\u03bcs", 3_000)]
    [InlineData("0", 0)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    public void TryParse_WhatGoReads_IsTheSameNumberOfNanoseconds(string text, long nanoseconds)
    {
        Assert.True(GoDuration.TryParse(text, out long read));
        Assert.Equal(nanoseconds, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5")]
    [InlineData("1d")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("1.2.3s")]
    [InlineData("NaN")]
    [InlineData("1e3s")]
    [InlineData("9223372036854775808ns")]
    [InlineData("2562048h")]
    [InlineData("99999999999999999999999999999h")]
    public void TryParse_WhatGoRefuses_IsRefused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(1_500, "1.5us")]
    [InlineData(500_000_000, "500ms")]
    [InlineData(1_500_000_000, "1.5s")]
    [InlineData(5_400_000_000_000, "1h30m")]
    [InlineData(3_600_000_000_001, "1h0.000000001s")]
    public void Format_Nanoseconds_IsShort(long nanoseconds, string text) => Assert.Equal(text, GoDuration.Format(nanoseconds));

    [Property(MaxTest = 500)]
    public bool Format_AnyNumber_IsReadBackAsItWas(long nanoseconds) =>
        nanoseconds == long.MinValue || (GoDuration.TryParse(GoDuration.Format(nanoseconds), out long read) && read == nanoseconds);
}
