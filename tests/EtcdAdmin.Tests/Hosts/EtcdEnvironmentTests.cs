using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Local;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>The variables of etcd's programs, which are the operator's, and which nothing that we start gets to see.</summary>
public sealed class EtcdEnvironmentTests
{
    private static readonly string[] Names = ["ETCD_ETCDADMIN_TEST", "ETCDCTL_ETCDADMIN_TEST", "ETCDUTL_ETCDADMIN_TEST"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_VariablesOfTheCaller_AreNotInherited()
    {
        // Names that no etcd of another test takes for a setting.
        foreach (string name in Names) Environment.SetEnvironmentVariable(name, "of the caller");
        try
        {
            ProcessResult bare = await ProcessRunner.RunAsync(new ProcessCommand("env", []), Token);
            ScriptResult script = await new LocalHost().RunAsync(new HostScript("env"), Token);

            Assert.DoesNotContain("ETCDADMIN_TEST", bare.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("ETCDADMIN_TEST", script.Output, StringComparison.Ordinal);
            Assert.Contains("PATH=", bare.Output, StringComparison.Ordinal);
        }
        finally
        {
            foreach (string name in Names) Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task RunAsync_VariableThatWeSet_IsThere()
    {
        var command = new ProcessCommand("env", []) { Environment = new Dictionary<string, string?> { ["ETCD_ETCDADMIN_TEST"] = "ours" } };

        Assert.Contains("ETCD_ETCDADMIN_TEST=ours", (await ProcessRunner.RunAsync(command, Token)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh")]
    [InlineData("bash")]
    public async Task CleanEnvironment_InAnyShell_UnsetsThemAndNothingElse(string shell)
    {
        var command = new ProcessCommand(shell, ["-euc", ShellScript.Load("Hosts/Scripts/clean_environment.sh") + "clean_environment\nenv"])
        {
            Environment = new Dictionary<string, string?>
            {
                ["ETCD_NAME"] = "n9",
                ["ETCD_DATA_DIR"] = "/nowhere",
                ["ETCDCTL_ENDPOINTS"] = "http://127.0.0.1:1",
                ["ETCDCTL_CACERT"] = "first line\nETCDCTL_FORGED=second line",
                ["ETCDUTL_WRITE_OUT"] = "json",
                ["ETCD_UNSUPPORTED_ARCH"] = "arm64",
                ["MY_ETCD_NAME"] = "kept",
            },
        };

        ProcessResult result = await ProcessRunner.RunAsync(command, Token);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(["ETCD_UNSUPPORTED_ARCH=arm64", "MY_ETCD_NAME=kept"],
            result.Output.Split('\n').Where(line => line.Contains("ETCD", StringComparison.Ordinal)
                && !line.StartsWith("ETCDADMIN", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }
}
