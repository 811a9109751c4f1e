using System.Diagnostics;
using EtcdAdmin.Bench.Measuring;
using EtcdAdmin.Bench.Reporting;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Reaching;

namespace EtcdAdmin.Bench.Subjects;

/// <summary>Scripts and files over one connection to a host: SSH.NET compared with the ssh program.</summary>
internal sealed class TransportsSubject(HostBench bench)
{
    private const int Scripts = 50;
    private const int Bytes = 64 << 20;
    private const string Remote = "/var/tmp/etcdadmin-bench";

    private readonly byte[] _content = new byte[Bytes];

    public async Task<Section> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        new Random(1).NextBytes(_content);
        var contest = new Contest("Transports");
        (string What, Func<IHost, CancellationToken, Task>? Do)[] tasks =
        [
            ("connecting and one script: time", null),
            ($"{Scripts} scripts, one after the other: time", OneByOneAsync),
            ($"{Scripts} scripts at once: time", AtOnceAsync),
            ("a file of 64 MiB to the host: time", PutAsync),
            ("a file of 64 MiB from the host: time", GetAsync),
        ];
        var pairs = tasks.Select(task => (task.What,
            Ours: contest.Add($"SSH.NET, {task.What}", token => MeasureAsync(SshTransport.SshNet, task.Do, token)),
            Theirs: contest.Add($"ssh, {task.What}", token => MeasureAsync(SshTransport.OpenSsh, task.Do, token)))).ToList();
        await contest.RunAsync(runs, cancellationToken);
        return new Section(
            "Transports to hosts",
            "the ssh program",
            """
            One host of the lab, as root, with EtcdAdmin's own scripts on both sides. The ssh program shares one connection between them, as it does on
            Linux and macOS. The column EtcdAdmin is SSH.NET. Except in the first line the connection is there already. A file from the host takes a
            second connection of SSH.NET, which is made in this time.
            """,
            [.. pairs.Select(pair => Row.Of(pair.What, "s", pair.Ours.Seconds, pair.Theirs.Seconds))],
            ["$env:ETCDADMIN_SSH_TRANSPORT = 'OpenSsh' # or 'SshNet'; then any command on hosts"]);
    }

    private async Task<Sample> MeasureAsync(SshTransport transport, Func<IHost, CancellationToken, Task>? run, CancellationToken cancellationToken)
    {
        await using var connections = new HostConnections { Transport = transport };
        IHost host = connections.Get(bench.To("n1"));
        long began = Stopwatch.GetTimestamp();
        await host.RunAsync(new HostScript("true"), cancellationToken);
        if (run is null) return new Sample(Stopwatch.GetElapsedTime(began));
        if (run == GetAsync) await PutAsync(host, cancellationToken);
        began = Stopwatch.GetTimestamp();
        await run(host, cancellationToken);
        return new Sample(Stopwatch.GetElapsedTime(began));
    }

    private static async Task OneByOneAsync(IHost host, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Scripts; i++) await host.RunAsync(new HostScript("true"), cancellationToken);
    }

    private static Task AtOnceAsync(IHost host, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Scripts).Select(_ => host.RunAsync(new HostScript("true"), cancellationToken)));

    private Task PutAsync(IHost host, CancellationToken cancellationToken) =>
        host.PutFilesAsync("measure", [new HostFile(Remote, HostFileContent.FromBytes(_content), UnixFileMode.UserRead)], cancellationToken);

    private static Task GetAsync(IHost host, CancellationToken cancellationToken) => host.GetFileAsync(Remote, Stream.Null, cancellationToken);
}
