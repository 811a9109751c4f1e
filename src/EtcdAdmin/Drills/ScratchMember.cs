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

/// <summary>The etcd of one drill: a single member on this machine. It ends with the drill, even if the drill is killed.</summary>
internal sealed class ScratchMember : IAsyncDisposable
{
    public const string Name = "drill";
    public const string Address = "127.0.0.1";

    /// <summary>
    /// The user that etcd takes from the common name of the drill's certificate if authentication is on in the snapshot. Authentication
    /// requires a user root with all permissions, so no password is needed and the data need not be changed.
    /// </summary>
    /// <remarks>Source: etcd <c>server/auth/store.go</c>, AuthInfoFromTLS, and AuthEnable, UserDelete, UserRevokeRole for root; since 3.2.</remarks>
    private const string Root = "root";

    // etcd recommends at most 8 GB, but the snapshot's cluster may have had a larger quota.
    private const long LeastQuota = 8L << 30;

    private const int LogTail = 16 * 1024;

    // Another program may take a free port before etcd does.
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

    /// <summary>A client with all permissions.</summary>
    public EtcdClient Client { get; }

    /// <summary>Starts etcd on a restored data directory and waits until it serves.</summary>
    /// <param name="home">The resources of the member.</param>
    /// <param name="databaseSize">Bytes of the database.</param>
    /// <param name="timeout">Time limit for etcd to serve, and for each later call.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the start; etcd is then stopped.</param>
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

            home = home with { Ports = ScratchPorts.Choose() }; // its data contains the old peer port, which is not used
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
            "--heartbeat-interval", "20", "--election-timeout", "200", // a single member elects itself, so short times are safe
        ];
        var command = new ProcessCommand("sh", ["-c", Guard, "etcdadmin", log, package.EtcdPath, .. arguments])
        { WorkingDirectory = folder.Path };
        return new ScratchMember(RunningProcess.Start(command), log, tls, ports, patience);
    }

    /// <summary>Waits until the member answers a linearizable read.</summary>
    /// <exception cref="EtcdException">PortInUse, MemberStartFailed: etcd ended. Timeout: not in time. Others: etcd refuses the read.</exception>
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
            catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.Unavailable or EtcdErrorKind.Timeout or EtcdErrorKind.Connection)
            {
                if (_ended.IsCompleted) throw await EndedAsync(cancellationToken).ConfigureAwait(false);
                if (clock.GetElapsedTime(start) >= timeout) throw NotInTime(timeout, e);
            }

            await Task.WhenAny(_ended, Task.Delay(Interval, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Checks that a user who is not in the snapshot is refused.</summary>
    public async Task<DrillFinding> CheckRefusalAsync(CancellationToken cancellationToken)
    {
        using EtcdClient unknown = Connect($"nobody-{Guid.NewGuid():N}", AskTimeout);
        try
        {
            await unknown.Kv.QueryAsync(KeyRange.All, new RangeQuery { CountOnly = true }, cancellationToken).ConfigureAwait(false);
            return new DrillFinding(false, "authentication is on, but a user who is not in the snapshot could read");
        }
        catch (EtcdRpcException e) when (e.Kind is EtcdErrorKind.PermissionDenied or EtcdErrorKind.Authentication or EtcdErrorKind.NotFound)
        {
            return new DrillFinding(true, "authentication is on: root has access with a certificate, an unknown user is refused");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // When its input ends, the shell kills etcd and waits for it. If the shell were killed first, etcd would keep running.
        await _process.CloseInputAsync().ConfigureAwait(false);
        await Task.WhenAny(_ended, Task.Delay(AskTimeout)).ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
    }

    private EtcdClient Connect(string user, TimeSpan patience) => new(new EtcdClientOptions
    {
        Endpoints = [new Uri(_ports.ClientUrl)],
        Tls = _tls.Client(user),
        CallTimeout = patience,
        Retry = false, // a dead member must not be waited for
    });

    private async Task<EtcdException> EndedAsync(CancellationToken cancellationToken)
    {
        string tail = await ReadLogAsync(cancellationToken).ConfigureAwait(false);
        bool isTaken = tail.Contains("address already in use", StringComparison.Ordinal);
        return new EtcdException(
            isTaken ? EtcdErrorIds.PortInUse : EtcdErrorIds.MemberStartFailed,
            $"etcd ended. Its log: {EtcdLog.Summarize(tail)}")
        {
            Target = Name,
            NextStep = isTaken
                ? "Another program has taken the port. Run the drill again; it chooses new free ports."
                : "Check that the etcd version matches the snapshot (-EtcdVersion). Otherwise try another snapshot: "
                    + "this one may have damage that only etcd detects.",
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
        NextStep = "Allow more time (-Timeout).",
    };
}
