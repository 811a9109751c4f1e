using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>A connection that stands in the background and that any number of sessions share.</summary>
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
    /// <param name="client">The program.</param>
    /// <param name="login">Where to and how.</param>
    /// <param name="cancellationToken">Gives up; nothing stays behind.</param>
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
            string said = await SshFailure.ExplainAsync(client, login, master.ReadLog(), cancellationToken).ConfigureAwait(false);
            throw await SshFailure.ToConnectAsync(client, login, said, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await master.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The call of ssh that runs one command over this connection.</summary>
    public ProcessCommand Session(RemoteCommand remote) =>
        _client.Command(SshArguments.Session(_connection, Socket, remote.Text));

    /// <summary>What ssh said about this connection since it was started; at its end, why.</summary>
    public string ReadLog()
    {
        try
        {
            return File.ReadAllText(LogPath);
        }
        catch (IOException)
        {
            return ""; // it never came to writing one
        }
    }

    /// <summary>Whether the background process answers; its host may not.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken) =>
        File.Exists(Socket) && await TellAsync("check", cancellationToken).ConfigureAwait(false);

    /// <summary>Ends it, and the sessions that still use it.</summary>
    /// <remarks>One that hangs on a dead host ends by itself when that has not answered for 15 seconds.</remarks>
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
