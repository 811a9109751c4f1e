using EtcdAdmin.Schedules;

namespace EtcdAdmin.Tests.Schedules;

/// <summary>What is said of a host, from what a host says.</summary>
public sealed class ScheduleHealthTests
{
    private const string Registered = """
        now=2026-01-31T12:00:00Z
        enabled=enabled
        active=active
        file=aa
        file=bb
        elapse=2026-01-31 13:00:00
        elapse=2026-01-31 14:00:00
        elapse=2026-01-31 18:00:00
        elapse=

        """;

    [Theory]
    [InlineData("running=inactive\nsince=2026-01-01T00:00:00Z\nlast_run=2026-01-31T03:30:00Z\nlast_result=taken", true,
    "taken")] // four hours may be between two
    [InlineData("running=inactive\nsince=2026-01-01T00:00:00Z\nlast_run=2026-01-31T02:30:00Z\nlast_result=taken", false,
    "it has not run since 2026-01-31 02:30:00Z, although its timer is on")]
    [InlineData("running=inactive\nsince=2026-01-31T11:00:00Z\nlast_run=2026-01-30T02:30:00Z\nlast_result=taken", true,
    "taken")] // it has new times since
    [InlineData("running=inactive\nsince=2026-01-31T11:00:00Z", true, "it has not run yet")]
    [InlineData("running=inactive\nsince=2026-01-31T01:00:00Z", false, "it has not run since it was registered (2026-01-31 01:00:00Z)")]
    [InlineData("running=failed\nsince=2026-01-31T11:00:00Z\nlast_run=2026-01-31T11:30:00Z\nlast_result=taken", false,
    "the last run failed without a message; see its journal (journalctl -u s.service)")]
    [InlineData("running=failed\nlast_result=failed\nlast_error=no room", false, "no room")]
    [InlineData("running=inactive\nnotes=unreadable", false, "its record of runs cannot be read or is empty; its disk may be full")]
    [InlineData("running=activating\nsince=2026-01-01T00:00:00Z", true, "it is running")]
    public void Judge_WhatAHostSays_IsHealthyOnlyWhereSnapshotsAreTaken(string said, bool healthy, string reason) =>
        Assert.Equal((healthy, reason), ScheduleHealth.Judge(new ScheduleFacts(Registered + said), ScheduleKind.Snapshot, "s.service"));

    [Fact]
    public void Judge_SystemdDoesNotTellTheTimes_AllowsForADay()
    {
        string old = "now=2026-01-31T12:00:00Z\nenabled=enabled\nactive=active\nfile=aa\nelapse=\nlast_result=taken\nlast_run=";

        Assert.True(ScheduleHealth.Judge(new ScheduleFacts(old + "2026-01-29T12:00:00Z"), ScheduleKind.Snapshot, "s.service").Healthy);
        Assert.False(ScheduleHealth.Judge(new ScheduleFacts(old + "2026-01-29T02:00:00Z"), ScheduleKind.Snapshot, "s.service").Healthy);
    }

    [Fact]
    public void Judge_HostSpeaksToATerminal_HasWordsAlone()
    {
        var facts = new ScheduleFacts(Registered + "running=inactive\nlast_result=failed\nlast_error=bad \e[2J\u009bluck\a");

        Assert.Equal((false, "bad [2Jluck"), ScheduleHealth.Judge(facts, ScheduleKind.Snapshot, "s.service"));
    }
}
