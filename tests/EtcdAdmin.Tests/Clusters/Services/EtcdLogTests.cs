using EtcdAdmin.Clusters.Services;

namespace EtcdAdmin.Tests.Clusters.Services;

public sealed class EtcdLogTests
{
    [Theory]
    [InlineData("", "(empty)")]
    [InlineData("\n \n", "(empty)")]
    [InlineData("flag provided but not defined: -x\nrun etcd --help", "flag provided but not defined: -x")]
    [InlineData(
        "{\"level\":\"info\",\"msg\":\"a\"}\n{\"level\":\"warn\",\"msg\":\"failed to verify flags\",\"error\":\"unrecognized feature gate: NoSuchGate\"}\n{\"level\":\"info\",\"msg\":\"b\"}", "failed to verify flags: unrecognized feature gate: NoSuchGate")]
    [InlineData(
        "{\"level\":\"error\",\"msg\":\"by the way\"}\n{\"level\":\"fatal\",\"msg\":\"failed to open WAL\",\"error\":\"wal: crc mismatch\"}\npanic: failed to open WAL\n\ngoroutine 1 [running]:\n\t/go/x.go:1 +0x1b", "failed to open WAL: wal: crc mismatch")]
    [InlineData("2026-11-29 13:00:00.000001 I | etcdmain: etcd\n2026-11-29 13:00:00.000002 C | etcdmain: listen tcp: bind: address already in use",
    "etcdmain: listen tcp: bind: address already in use")]
    [InlineData("panic: freepages: failed to get all reachable pages\n\ngoroutine 90 [running]:\nmain.x()",
    "panic: freepages: failed to get all reachable pages")]
    [InlineData("""{"level":"info","msg":"starting"}""", """{"level":"info","msg":"starting"}""")]
    [InlineData("{\"level\":\"fatal\",\"msg\":\"discovery failed\",\"error\":\"no room\"}\n{\"level\":\"info\",\"msg\":\"bye\"}",
    "discovery failed: no room")]
    [InlineData("""{"level":"panic","msg":"broken"}""", "broken")]
    [InlineData("{\"level\":\"error\",\"msg\":\"first\"}\n{\"level\":\"error\",\"msg\":\"last\"}", "last")]
    [InlineData("""{"level":"error","msg":"cut o""", """{"level":"error","msg":"cut o""")]
    [InlineData("{\"level\":\"error\",\"msg\":\"whole\"}\n{\"level\":7}", "whole")]
    public void Summarize_EndOfLog_IsTheLastComplaintElseTheLastLine(string tail, string expected) =>
        Assert.Equal(expected, EtcdLog.Summarize(tail));

    [Fact]
    public void Summarize_VeryLongLine_IsCut()
    {
        string summary = EtcdLog.Summarize(new string('x', 10_000));

        Assert.Equal(new string('x', 500) + "…", summary);
    }
}
