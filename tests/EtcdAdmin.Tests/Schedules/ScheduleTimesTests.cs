using EtcdAdmin.Errors;
using EtcdAdmin.Schedules;

namespace EtcdAdmin.Tests.Schedules;

public sealed class ScheduleTimesTests
{
    [Theory]
    [InlineData("00:05:00", "*-*-* *:00/5:00 UTC")]
    [InlineData("00:30:00", "*-*-* *:00/30:00 UTC")]
    [InlineData("01:00:00", "*-*-* 00/1:00:00 UTC")]
    [InlineData("06:00:00", "*-*-* 00/6:00:00 UTC")]
    [InlineData("1.00:00:00", "*-*-* 00:00:00 UTC")]
    public void Every_WhatDividesADay_IsACalendarExpression(string interval, string calendar)
    {
        ScheduleTimes times = ScheduleTimes.Every(Time(interval));

        Assert.Equal(calendar, Assert.Single(times.Calendars));
        Assert.Equal(Time(interval), times.Interval);
    }

    [Theory]
    [InlineData("00:04:00")]
    [InlineData("00:07:00")]
    [InlineData("00:05:30")]
    [InlineData("01:30:00")]
    [InlineData("05:00:00")]
    [InlineData("2.00:00:00")]
    public void Every_WhatDividesNoDay_IsRefused(string interval) =>
        Assert.Equal(EtcdErrorIds.SpecInvalid, Assert.Throws<EtcdException>(() => ScheduleTimes.Every(Time(interval))).ErrorId);

    [Fact]
    public void At_TimesOfTheDay_KnowTheirShortestDistanceAroundTheClock()
    {
        ScheduleTimes times = ScheduleTimes.At([new TimeOnly(23, 30), new TimeOnly(0, 15), new TimeOnly(12, 0)]);

        Assert.Equal(["*-*-* 00:15:00 UTC", "*-*-* 12:00:00 UTC", "*-*-* 23:30:00 UTC"], times.Calendars);
        Assert.Equal(TimeSpan.FromMinutes(45), times.Interval);
        Assert.Equal(TimeSpan.FromDays(1), ScheduleTimes.At([new TimeOnly(3, 0)]).Interval);
        Assert.Throws<EtcdException>(() => ScheduleTimes.At([new TimeOnly(3, 0), new TimeOnly(3, 4)]));
    }

    [Theory]
    [InlineData("daily\nExecStart=/bin/false")]
    [InlineData("$(reboot)")]
    [InlineData("")]
    public void OnCalendar_WhatCouldNotStandInAUnit_IsRefused(string expression) =>
        Assert.Throws<EtcdException>(() => ScheduleTimes.OnCalendar([expression]));

    [Fact]
    public void Windows_AnyInterval_OutliveTheDelayAndEndBeforeTheNextStart()
    {
        foreach (TimeSpan interval in new[] { TimeSpan.FromMinutes(5), TimeSpan.FromHours(6), TimeSpan.FromDays(7) })
        {
            (TimeSpan done, TimeSpan delay) = ScheduleTimes.Every(TimeSpan.FromHours(6)).Windows(interval);

            Assert.True(delay < done && done < interval - delay);
        }

        ScheduleTimes late = ScheduleTimes.Every(TimeSpan.FromHours(1)) with { RandomizedDelay = TimeSpan.FromMinutes(16) };
        Assert.Throws<EtcdException>(() => late.Windows(TimeSpan.FromHours(1)));
    }

    private static TimeSpan Time(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
