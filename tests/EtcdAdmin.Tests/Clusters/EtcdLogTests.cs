using EtcdAdmin.Clusters;

namespace EtcdAdmin.Tests.Clusters;

public sealed class EtcdLogTests
{
    [Theory]
    [InlineData("", "nothing.")]
    [InlineData("\n \n", "nothing.")]
    [InlineData("flag provided but not defined: -x\nrun etcd --help", "run etcd --help")]
    [InlineData("""{"level":"info","msg":"starting"}""", """{"level":"info","msg":"starting"}""")]
    [InlineData("{\"level\":\"fatal\",\"msg\":\"discovery failed\",\"error\":\"no room\"}\n{\"level\":\"info\",\"msg\":\"bye\"}", "discovery failed: no room")]
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
