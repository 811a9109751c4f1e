using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>A background connection that several sessions share.</summary>
internal sealed class SshMaster
{
    private static string StartScript => ShellScript.Of(typeof(SshMaster), "start-master");

    private static readonly TimeSpan TellLimit = TimeSpan.FromSeconds(3);

    private readonly SshClient _client;
    private readonly HostConnection _connection;
    private readonly string _path;

    private SshMaster(SshClient client, HostConnection connection)
    {
        _client = client;
        _connection = connection;
        _path = client.Folder.NewPath();
    }

    private string Socket => _path + ".s";

    private string LogPath => _path + ".log";

    /// <summary>Connects and logs in.</summary>
    /// <param name="client">The ssh client.</param>
    /// <param name="login">The login.</param>
    /// <param name="cancellationToken">Cancels the login; nothing is left running.</param>
    /// <exception cref="EtcdException">See <see cref="SshFailure"/>.</exception>
    public static async Task<SshMaster> StartAsync(SshClient client, SshLogin login, CancellationToken cancellationToken)
    {
        var master = new SshMaster(client, login.Connection);
        IReadOnlyList<string> arguments =
            SshArguments.Master(login.Connection, login.AcceptNewHostKey, login.UsesPassword, master.Socket, master.LogPath);
        var command = new ProcessCommand("sh", ["-c", StartScript, "etcdadmin", master.LogPath, client.Program, .. arguments])
        {
            Environment = login.Environment,
        };
        try
        {
            ProcessResult result = await login.LimitAsync(
                token => ProcessRunner.RunAsync(command, token), cancellationToken).ConfigureAwait(false);
            if (result.ExitCode == 0) return master;
            string output = await SshFailure.ExplainAsync(client, login, master.ReadLog(), cancellationToken).ConfigureAwait(false);
            throw await SshFailure.ToConnectAsync(client, login, output, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await master.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The ssh command that runs one command through this connection.</summary>
    public ProcessCommand Session(RemoteCommand remote) =>
        _client.Command(SshArguments.Session(_connection, Socket, remote.Text));

    /// <summary>ssh's messages about this connection since its start; at its end, the reason.</summary>
    public string ReadLog()
    {
        try
        {
            return File.ReadAllText(LogPath);
        }
        catch (IOException)
        {
            return ""; // ssh has not written one
        }
    }

    /// <summary>Whether the background process answers; its host may be unreachable.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken) =>
        File.Exists(Socket) && await TellAsync("check", cancellationToken).ConfigureAwait(false);

    /// <summary>Ends the connection and its sessions.</summary>
    /// <remarks>A session that hangs on an unreachable host ends by itself after 15 seconds without an answer.</remarks>
    public async Task CloseAsync()
    {
        if (File.Exists(Socket)) await TellAsync("exit", CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<bool> TellAsync(string order, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TellLimit);
        try
        {
            ProcessCommand command = _client.Command(SshArguments.Control(_connection, Socket, order));
            ProcessResult result = await ProcessRunner.RunAsync(command, limit.Token).ConfigureAwait(false);
            return result.ExitCode == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
