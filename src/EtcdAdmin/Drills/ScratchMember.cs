using System.Globalization;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Drills;

/// <summary>The etcd of one drill: a single member on this machine that ends with the drill, also where the drill is killed.</summary>
internal sealed class ScratchMember : IAsyncDisposable
{
    public const string Name = "drill";
    public const string Address = "127.0.0.1";

    /// <summary>
    /// The user whom etcd takes the drill for, by its certificate's common name, where the snapshot asks who one is. Authentication cannot
    /// be on without a user root who may do everything, so nobody's password is needed, and nothing need be changed in the data.
    /// </summary>
    /// <remarks>Source: etcd <c>server/auth/store.go</c>, AuthInfoFromTLS, and AuthEnable, UserDelete, UserRevokeRole for root; since 3.2.</remarks>
    private const string Root = "root";

    // etcd itself advises no more than 8 GB, but a snapshot may come from a cluster that was told otherwise.
    private const long LeastQuota = 8L << 30;

    private const int LogTail = 16 * 1024;

    // Somebody else may take a free port before etcd does.
    private const int StartAttempts = 3;

    // Ends etcd when this process ends, however it ends.
    private static string Guard => ShellScript.Of(typeof(ScratchMember), "guard-etcd");

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    private readonly RunningProcess _process;
    private readonly Task<int> _ended;
    private readonly string _log;
    private readonly ScratchTls _tls;
    private readonly ScratchPorts _ports;

    private ScratchMember(RunningProcess process, string log, ScratchTls tls, ScratchPorts ports, TimeSpan patience)
    {
        _process = process;
        _ended = process.WaitForExitAsync(CancellationToken.None);
        _log = log;
        _tls = tls;
        _ports = ports;
        Client = Connect(Root, patience);
    }

    /// <summary>May do everything.</summary>
    public EtcdClient Client { get; }

    /// <summary>Starts etcd on a data directory that was restored, and waits until it serves.</summary>
    /// <param name="home">What it starts from.</param>
    /// <param name="databaseSize">Bytes of the database.</param>
    /// <param name="timeout">How long it has to serve, and then each call to answer.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="cancellationToken">Gives up; it does not run then.</param>
    /// <exception cref="EtcdException">HostCommandFailed, MemberStartFailed, Timeout, PortInUse.</exception>
    public static async Task<ScratchMember> StartAsync(
        ScratchHome home, long databaseSize, TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            ScratchMember member = Launch(home, databaseSize, timeout);
            try
            {
                await member.WaitAsync(timeout, clock, cancellationToken).ConfigureAwait(false);
                return member;
            }
            catch (Exception e)
            {
                await member.DisposeAsync().ConfigureAwait(false);
                if (e is not EtcdException { ErrorId: EtcdErrorIds.PortInUse } || attempt == StartAttempts) throw;
            }

            home = home with { Ports = ScratchPorts.Choose() }; // its data names the old peer port, which nobody dials
        }
    }

    private static ScratchMember Launch(ScratchHome home, long databaseSize, TimeSpan patience)
    {
        (EtcdPackage package, ScratchFolder folder, ScratchTls tls, ScratchPorts ports) = home;
        string log = folder.File("etcd.log");
        string quota = Math.Max(LeastQuota, databaseSize * 2).ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "--name", Name, "--data-dir", home.Data,
            "--listen-client-urls", ports.ClientUrl, "--advertise-client-urls", ports.ClientUrl,
            "--listen-peer-urls", ports.PeerUrl, "--initial-advertise-peer-urls", ports.PeerUrl, "--initial-cluster", ports.InitialCluster,
            "--client-cert-auth", "--trusted-ca-file", tls.AuthorityFile, "--cert-file", tls.CertificateFile, "--key-file", tls.KeyFile,
            "--peer-client-cert-auth", "--peer-trusted-ca-file", tls.AuthorityFile, "--peer-cert-file", tls.CertificateFile,
            "--peer-key-file", tls.KeyFile,
            "--quota-backend-bytes", quota,
            "--heartbeat-interval", "20", "--election-timeout", "200", // it votes for itself, so there is nothing to wait for
        ];
        var command = new ProcessCommand("sh", ["-c", Guard, "etcdadmin", log, package.EtcdPath, .. arguments])
        { WorkingDirectory = folder.Path };
        return new ScratchMember(RunningProcess.Start(command), log, tls, ports, patience);
    }

    /// <summary>Waits until it answers with a leader's certainty.</summary>
    /// <exception cref="EtcdException">PortInUse, MemberStartFailed: it ended. Timeout: not in time. Others: it refuses.</exception>
    private async Task WaitAsync(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        using EtcdClient asking = Connect(Root, AskTimeout);
        while (true)
        {
            try
            {
                await asking.Kv.QueryAsync(KeyRange.Key("/"), new RangeQuery { CountOnly = true }, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (EtcdRpcException e) when (e.Error == EtcdError.Corrupt)
            {
                return; // an alarm that came with the snapshot: it serves, and says no to everything
            }
            catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection)
            {
                if (_ended.IsCompleted) throw await EndedAsync(cancellationToken).ConfigureAwait(false);
                if (clock.GetElapsedTime(start) >= timeout) throw NotInTime(timeout, e);
            }

            await Task.WhenAny(_ended, Task.Delay(Interval, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes back the alarms that came with the snapshot and keep it from answering; NOSPACE does not.</summary>
    /// <exception cref="EtcdRpcException">A call failed.</exception>
    public async Task<DrillFinding> ReleaseAsync(IReadOnlyList<MemberAlarm> alarms, CancellationToken cancellationToken)
    {
        foreach (MemberAlarm alarm in alarms.Where(alarm => alarm.Type == AlarmType.Corrupt))
            await Client.Maintenance.DisarmAlarmAsync(alarm.Member, alarm.Type, cancellationToken).ConfigureAwait(false);
        string inherited = string.Join(", ", alarms.Select(alarm => alarm.Type.ToString().ToUpperInvariant()).Distinct());
        return new DrillFinding(true, inherited.Length == 0 ? "it serves" : $"it serves; alarms in the snapshot: {inherited}");
    }

    /// <summary>Looks whether somebody whom the snapshot cannot know is refused.</summary>
    public async Task<DrillFinding> CheckRefusalAsync(CancellationToken cancellationToken)
    {
        using EtcdClient nobody = Connect($"nobody-{Guid.NewGuid():N}", AskTimeout);
        try
        {
            await nobody.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true }, cancellationToken).ConfigureAwait(false);
            return new DrillFinding(false, "on, but somebody whom the snapshot does not know could read");
        }
        catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.PermissionDenied or EtcdErrorKind.Authentication or EtcdErrorKind.NotFound)
        {
            return new DrillFinding(true, "on: root was let in by a certificate, others are refused");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // The end of its input lets the shell end etcd and wait for it; killing the shell first would leave etcd to nobody.
        _process.CloseInput();
        await Task.WhenAny(_ended, Task.Delay(AskTimeout)).ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
    }

    private EtcdClient Connect(string user, TimeSpan patience) => new(new EtcdClientOptions
    {
        Endpoints = [new Uri(_ports.ClientUrl)],
        Tls = _tls.Client(user),
        CallTimeout = patience,
        Retry = false, // a member that has died is not waited for,
    });

    private async Task<EtcdException> EndedAsync(CancellationToken cancellationToken)
    {
        string tail = await ReadLogAsync(cancellationToken).ConfigureAwait(false);
        bool isTaken = tail.Contains("address already in use", StringComparison.Ordinal);
        return new EtcdException(
            isTaken ? EtcdErrorIds.PortInUse : EtcdErrorIds.MemberStartFailed,
            $"etcd ended. Its log says: {EtcdLog.Summarize(tail)}")
        {
            Target = Name,
            NextStep = isTaken
                ? "Another program took the port meanwhile: run the drill again, it looks for free ones."
                : "See that the version of etcd is the snapshot's (-EtcdVersion), and try another snapshot: this one may be damaged in a way that only etcd notices.",
        };
    }

    private async Task<string> ReadLogAsync(CancellationToken cancellationToken)
    {
        using FileStream log = System.IO.File.Open(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(-Math.Min(LogTail, log.Length), SeekOrigin.End);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static EtcdException NotInTime(TimeSpan timeout, Exception cause) => new(
        EtcdErrorIds.Timeout, $"etcd did not serve within {timeout.TotalSeconds:0} s: {cause.Message}", cause)
    {
        Target = Name,
        NextStep = "Give it more time (-Timeout).",
    };
}
