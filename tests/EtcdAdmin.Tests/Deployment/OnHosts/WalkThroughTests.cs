using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Lab;
using EtcdAdmin.Pwsh;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Deployment.OnHosts;

/// <summary>The walk-through of the documentation, command for command, in a real PowerShell against real hosts.</summary>
public sealed partial class WalkThroughTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryCommand_WhileAClientWrites_WorksAndLosesNoAcknowledgedWrite()
    {
        Assert.SkipWhen(HostLab.SkipReason is not null, HostLab.SkipReason ?? "");
        EtcdBinaries etcd = await EtcdBinaries.GetAsync("3.5");
        await using HostLab lab = await HostLab.StartAsync(new HostLabOptions { HostCount = 6 }, Token);
        using var folder = new TempFolder();
        var home = new EtcdAdminHome(folder.File("home"), EtcdAdminHome.Resolve().PackagesPath);
        IReadOnlyList<string> blocks = Blocks(lab, etcd);
        int install = blocks.ToList().FindIndex(block => block.Contains("Install-EtcdCluster", StringComparison.Ordinal));
        int loss = blocks.ToList().FindIndex(block => block.Contains("Repair-EtcdCluster", StringComparison.Ordinal));

        await RunAsync(lab, home, blocks.Take(install + 1));
        await using SteadyWriter writer = SteadyWriter.Start(new ProfileStore(home), "prod");
        string shown = await RunAsync(lab, home, [blocks[0], .. blocks.Take(loss).Skip(install + 1)]);
        TimeSpan gapWithQuorum = writer.LongestGap;
        shown += await RunAsync(lab, home, [blocks[0], .. blocks.Skip(loss).SkipLast(1)]);
        await writer.StopAndVerifyAsync(Token);
        await RunAsync(lab, home, [blocks[0], blocks[^1]]);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{writer.Acknowledged} acknowledged writes, none lost; the longest gap between two was {gapWithQuorum.TotalSeconds:0.0} s with a "
                + $"quorum, {writer.LongestGap.TotalSeconds:0.0} s around its loss."));
        output.WriteLine(shown);
        Assert.Contains("Healthy with 5 known peers", shown, StringComparison.Ordinal);
        Assert.Contains("Healthy with 2 known peers", shown, StringComparison.Ordinal);
        Assert.Empty(new ProfileStore(home).Names());
    }

    private static async Task<string> RunAsync(HostLab lab, EtcdAdminHome home, IEnumerable<string> blocks)
    {
        string script = string.Join(
            '\n', blocks.Prepend($"$ErrorActionPreference = 'Stop'; Import-Module '{Repository.Root}/out/EtcdAdmin/EtcdAdmin.psd1'"));
        IReadOnlyList<string> line = PowerShellProgram.Current.CommandLine("-NoProfile", "-NonInteractive", "-Command", script);
        var command = new ProcessCommand(line[0], [.. line.Skip(1)])
        {
            WorkingDirectory = Repository.Root,
            Environment = new Dictionary<string, string?>
            {
                [EtcdAdminHome.HomeVariable] = home.Path,
                [EtcdAdminHome.PackagesVariable] = home.PackagesPath,
                ["ETCDADMIN_LAB"] = lab.Name,
                ["NO_COLOR"] = "1",
            },
        };
        ProcessResult result = await ProcessRunner.RunAsync(command, Token);
        Assert.True(result.ExitCode == 0, $"pwsh ended with {result.ExitCode}.\n{result.Output}\n{result.Error}");
        return result.Output;
    }

    /// <summary>The blocks as they stand, but for this lab's files and the package that the tests have.</summary>
    private static IReadOnlyList<string> Blocks(HostLab lab, EtcdBinaries etcd)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "hosts.md"));
        // As at the prompt, where each command's output is shown by itself.
        return [.. Block().Matches(text).Select(match => Command().Replace(match.Groups[1].Value, "$0 | Out-Default")
            .Replace("/run/etcdadmin-lab/lab/ssh_config", lab.SshConfigPath, StringComparison.Ordinal)
            .Replace("-Version 3.5", $"-Package '{etcd.Folder}'", StringComparison.Ordinal))];
    }

    [GeneratedRegex("^[^$\n].*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex("```powershell\n(.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Block();
}
