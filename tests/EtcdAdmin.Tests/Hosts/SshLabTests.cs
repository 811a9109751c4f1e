using System.Diagnostics;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Locking;
using EtcdAdmin.Hosts.Reaching;
using EtcdAdmin.Lab;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Logins as hosts have them: with sudo and without, with passwords, and cut off.</summary>
[Collection(FaultsHostLab.Name)]
public sealed class SshLabTests(HostLabFixture fixture) : SshTest
{
    private const string WhoAndInput = "id -un; cat";

    [Theory]
    [InlineData("root", true, "root", SshWay.Shared)]
    [InlineData("root", false, "root", SshWay.Shared)]
    [InlineData("ops", true, "root", SshWay.Shared)]
    [InlineData("ops", false, "ops", SshWay.Shared)]
    [InlineData("guest", false, "guest", SshWay.Shared)]
    [InlineData("root", true, "root", SshWay.SshNet)]
    [InlineData("ops", true, "root", SshWay.SshNet)]
    [InlineData("guest", false, "guest", SshWay.SshNet)]
    public async Task RunAsync_ByKey_RunsAsTheRightUser(string user, bool asRoot, string expected, SshWay way)
    {
        (_, HostConnection connection) = await LoginAsync(user);

        ScriptResult result = await RunAsync(connection, WhoAndInput, "input\n", asRoot, way);

        Assert.Equal(new ScriptResult(0, $"{expected}\ninput\n", ""), result);
        Assert.Equal(1, Host(connection, way).Runs);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_SudoWithPassword_LeavesTheScriptsInputAlone(SshWay way)
    {
        (HostLab lab, HostConnection connection) = await LoginAsync("clerk");
        Remember(connection, new HostSecrets(sudoPassword: lab.ClerkPassword));

        ScriptResult result = await RunAsync(connection, WhoAndInput, "first line\nsecond\n", way: way);

        Assert.Equal(new ScriptResult(0, "root\nfirst line\nsecond\n", ""), result);
        Assert.Equal(1, Host(connection, way).Runs);
    }

    [Theory]
    [InlineData("root", SshWay.Shared)]
    [InlineData("ops", SshWay.Shared)]
    [InlineData("ops", SshWay.SshNet)]
    public async Task RunAsync_PasswordThatNobodyAsksFor_StaysOutOfTheInput(string user, SshWay way)
    {
        (_, HostConnection connection) = await LoginAsync(user);
        Remember(connection, new HostSecrets(sudoPassword: "not asked for"));

        ScriptResult result = await RunAsync(connection, WhoAndInput, "input\n", way: way);

        Assert.Equal("root\ninput\n", result.Output);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_SudoPasswordWithQuotesAndSpaces_IsTakenAsItIs(SshWay way)
    {
        const string Odd = " it's \"quoted\" $HOME `id` \\ ü * ";
        (HostLab lab, HostConnection connection) = await LoginAsync("clerk");
        LabHost host = lab["n1"];
        await SetPasswordAsync(host, Odd);
        try
        {
            Remember(connection, new HostSecrets(sudoPassword: Odd));

            ScriptResult result = await RunAsync(connection, WhoAndInput, "input\n", way: way);

            Assert.Equal("root\ninput\n", result.Output);
        }
        finally
        {
            await SetPasswordAsync(host, lab.ClerkPassword);
        }
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_SudoNeedsAPasswordAndNoneIsGiven_SaysSo(SshWay way)
    {
        (_, HostConnection connection) = await LoginAsync("clerk");

        EtcdException error = await FailureAsync(connection, way);

        Assert.Equal((EtcdErrorIds.SudoFailed, EtcdErrorKind.PermissionDenied), (error.ErrorId, error.Kind));
        Assert.Contains("sudo requires a password, and none was given", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_WrongSudoPassword_IsTriedOnce(SshWay way)
    {
        (HostLab lab, HostConnection connection) = await LoginAsync("clerk");
        Remember(connection, new HostSecrets(sudoPassword: "wrong"));

        EtcdException error = await FailureAsync(connection, way);

        Assert.Equal(EtcdErrorIds.SudoFailed, error.ErrorId);
        Assert.Contains("sudo did not accept the password", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);
        Remember(connection, new HostSecrets(sudoPassword: lab.ClerkPassword));
        Assert.Equal("root\n", (await RunAsync(connection, "id -un", "", way: way)).Output);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_UserWhoMayNotUseSudo_SaysSo(SshWay way)
    {
        (_, HostConnection connection) = await LoginAsync("guest");
        Remember(connection, new HostSecrets(sudoPassword: "whatever"));

        EtcdException error = await FailureAsync(connection, way);

        Assert.Equal(EtcdErrorIds.SudoFailed, error.ErrorId);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_HostWithoutSudo_SaysSo(SshWay way)
    {
        (HostLab lab, HostConnection connection) = await LoginAsync("ops");
        LabHost host = lab["n1"];
        await host.RunAsync("mv /usr/bin/sudo /usr/bin/sudo.away", Token);
        try
        {
            EtcdException error = await FailureAsync(connection, way);

            Assert.Equal(EtcdErrorIds.SudoFailed, error.ErrorId);
            Assert.Contains("has no sudo", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await host.RunAsync("mv /usr/bin/sudo.away /usr/bin/sudo", CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_PasswordLogin_ShowsThePasswordNowhere(SshWay way)
    {
        (HostLab lab, HostConnection key) = await LoginAsync("clerk");
        HostConnection connection = key with { KeyFilePath = null, Options = With(key, "PubkeyAuthentication", "no") };
        Remember(connection, new HostSecrets(lab.ClerkPassword));
        HostConnections connections = Connections(way);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Token);

        Task<IReadOnlyList<string>> seen = WatchAsync(lab.ClerkPassword, connections.PrivatePath, watching.Token);
        ScriptResult result = await RunAsync(connection, WhoAndInput, "input\n", way: way);
        await watching.CancelAsync();

        Assert.Equal(new ScriptResult(0, "root\ninput\n", ""), result);
        Assert.Empty(await seen);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.Separate)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_WrongPassword_SaysWhatTheHostOffers(SshWay way)
    {
        (_, HostConnection key) = await LoginAsync("clerk");
        HostConnection connection = key with { KeyFilePath = null, Options = With(key, "PubkeyAuthentication", "no") };
        Remember(connection, new HostSecrets("wrong"));

        EtcdException error = await FailureAsync(connection, way);

        Assert.Equal(EtcdErrorIds.HostAuthFailed, error.ErrorId);
        Assert.Contains("refused the login of user clerk", error.Message, StringComparison.Ordinal);
        Assert.Contains("password", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task RunAsync_CutOffInTheMiddle_IsNoticedWithinTwentySeconds(SshWay way)
    {
        (HostLab lab, HostConnection connection) = await LoginAsync("root");
        IRemoteHost host = Host(connection, way);
        await host.RunAsync(Script("rm -f /run/begun"), Token);
        Task<ScriptResult> running = host.RunAsync(Script(": >/run/begun; sleep 300"), Token);
        await Poll.UntilAsync(() => HasBegunAsync(lab["n1"]), Token);
        long cut = Stopwatch.GetTimestamp();

        await lab["n1"].PartitionAsync([HostLab.Operator], Token);
        try
        {
            var error = await Assert.ThrowsAsync<EtcdException>(() => running);

            Assert.Equal(EtcdErrorIds.ConnectionLost, error.ErrorId);
            Assert.Contains("Timeout, server", error.Message, StringComparison.Ordinal);
            Assert.InRange(Stopwatch.GetElapsedTime(cut), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25));
        }
        finally
        {
            await lab["n1"].HealAsync(CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(SshWay.Shared)]
    [InlineData(SshWay.SshNet)]
    public async Task HostLock_CutOff_IsLostFirstAndFreeSoonAfter(SshWay way)
    {
        (HostLab lab, HostConnection connection) = await LoginAsync("ops");
        LabHost host = lab["n1"];
        await using HostLock held = await HostLock.TakeAsync(Host(connection, way), "cut off", options: null, null, Token);
        var lost = new TaskCompletionSource();
        using CancellationTokenRegistration noticed = held.Lost.Register(lost.SetResult);

        await host.PartitionAsync([HostLab.Operator], Token);
        try
        {
            await lost.Task.WaitAsync(TimeSpan.FromSeconds(25), Token);
            bool heldYet = !await IsFreeAsync(host);
            await Poll.UntilAsync(() => IsFreeAsync(host), Token);

            Assert.True(heldYet);
        }
        finally
        {
            await host.HealAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> IsFreeAsync(LabHost host) =>
        (await host.TryRunAsync("flock -n /run/etcdadmin.lock true", Token)).Succeeded;

    private static async Task<bool> HasBegunAsync(LabHost host) => (await host.TryRunAsync("test -e /run/begun", Token)).Succeeded;

    private static async Task SetPasswordAsync(LabHost host, string password)
    {
        // Through the environment of chpasswd's shell, as its own input is the lab's.
        string line = Convert.ToBase64String(Encoding.UTF8.GetBytes($"clerk:{password}\n"));
        await host.RunAsync($"printf %s {line} | base64 -d | chpasswd", CancellationToken.None);
    }

    private async Task<(HostLab Lab, HostConnection Connection)> LoginAsync(string user)
    {
        HostLab lab = await fixture.GetAsync();
        return (lab, new HostConnection
        {
            HostName = lab["n1"].Address.ToString(),
            UserName = user,
            KeyFilePath = lab.ClientKeyPath,
            ConfigPath = "none",
            Options = new Dictionary<string, string> { ["UserKnownHostsFile"] = lab.KnownHostsPath, ["GlobalKnownHostsFile"] = "none" },
        });
    }

    private void Remember(HostConnection connection, HostSecrets secrets)
    {
        foreach (SshWay way in Enum.GetValues<SshWay>()) Connections(way).Remember(connection, secrets);
    }

    private async Task<ScriptResult> RunAsync(
        HostConnection connection, string text, string input, bool asRoot = true, SshWay way = SshWay.Shared)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
        var script = new HostScript(text) { StandardInput = stream, AsRoot = asRoot };
        return await Host(connection, way).RunAsync(script, Token);
    }

    /// <summary>Looks at every command line and every file of the folder, again and again, until told to stop.</summary>
    private static Task<IReadOnlyList<string>> WatchAsync(string secret, string folder, CancellationToken stop) => Task.Run(() =>
    {
        var seen = new List<string>();
        int looks = 0;
        while (!stop.IsCancellationRequested || looks == 0)
        {
            seen.AddRange(Processes.IdsWith(secret).Select(Processes.CommandLine));
            foreach (string file in Directory.GetFiles(folder))
            {
                try
                {
                    if (File.ReadAllText(file).Contains(secret, StringComparison.Ordinal)) seen.Add(file);
                }
                catch (IOException)
                {
                    // a socket, or gone
                }
            }

            looks++;
        }

        return (IReadOnlyList<string>)seen;
    }, CancellationToken.None);
}
