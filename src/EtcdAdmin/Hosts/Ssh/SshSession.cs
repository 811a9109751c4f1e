using System.Text;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>Why a script did not start.</summary>
/// <param name="Stage">The last letter of <see cref="RemoteCommand"/> that was received; null if none was.</param>
/// <param name="ExitCode">Of ssh: 255 for its own failure, otherwise of the program on the host.</param>
/// <param name="Output">The standard error of ssh, the login or sudo since that letter.</param>
/// <param name="AskedAgain">sudo did not accept the password.</param>
internal sealed record NotStarted(char? Stage, int ExitCode, string Output, bool AskedAgain);

/// <summary>One run of a script through one command on a host.</summary>
internal sealed class SshSession : IAsyncDisposable
{
    /// <summary>ssh's exit code for its own failures.</summary>
    public const int SshFailed = 255;

    private readonly IRunningCommand _command;
    private readonly TaggedReader _output;
    private readonly TaggedReader _error;

    private SshSession(IRunningCommand command, string nonce)
    {
        _command = command;
        _output = new TaggedReader(command.Output, nonce);
        _error = new TaggedReader(command.Error, nonce);
    }

    /// <summary>Null: the script has started.</summary>
    public NotStarted? Failure { get; private set; }

    /// <summary>The running command; its input is the script's.</summary>
    public IRunningCommand Command => _command;

    /// <summary>The script's standard output, from its first byte on.</summary>
    public Stream Output => _output.Rest;

    /// <summary>The script's standard error.</summary>
    public Stream Error => _error.Rest;

    /// <summary>Returns when the script has started or cannot start.</summary>
    /// <param name="command">The running <paramref name="remote"/>; disposed with this object.</param>
    /// <param name="remote">The command line.</param>
    /// <param name="sudoPassword">The answer for sudo; null is none.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<SshSession> StartAsync(
        IRunningCommand command, RemoteCommand remote, string? sudoPassword, CancellationToken cancellationToken)
    {
        var session = new SshSession(command, remote.Nonce);
        try
        {
            // Both outputs are read at once: a login that writes much would block on a full pipe and never start the script.
            Task<char?> output = session._output.NextAsync(cancellationToken);
            session.Failure = await session.BeginAsync(remote, sudoPassword, cancellationToken).ConfigureAwait(false);
            if (session.Failure is null) await output.ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Feeds the script and reads it to its end.</summary>
    public async Task<ScriptResult> FinishAsync(HostScript script, CancellationToken cancellationToken)
    {
        (int exitCode, string output, string error) = await _command
            .FinishAsync(script.StandardInput, Output, script.StandardOutput, Error, cancellationToken).ConfigureAwait(false);
        return new ScriptResult(exitCode, output, error);
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();

    private async Task<NotStarted?> BeginAsync(RemoteCommand remote, string? sudoPassword, CancellationToken cancellationToken)
    {
        char? stage = null;
        bool answered = false;
        while (await _error.NextAsync(cancellationToken).ConfigureAwait(false) is { } letter)
        {
            if (letter == RemoteCommand.Ready)
            {
                // A connection that breaks at this moment may or may not have started the script; its end will show that.
                await _command.TryWriteAsync(remote.Go, cancellationToken).ConfigureAwait(false);
                return null;
            }

            stage = letter;
            if (letter == RemoteCommand.Password)
            {
                if (answered || sudoPassword is null) return new NotStarted(stage, ExitCode: 1, _error.Output, AskedAgain: answered);
                answered = true;
                byte[] answer = Encoding.UTF8.GetBytes(sudoPassword + "\n");
                await _command.TryWriteAsync(answer, cancellationToken).ConfigureAwait(false);
                Array.Clear(answer);
            }

            _error.Forget();
        }

        int exitCode = await _command.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new NotStarted(stage, exitCode, _error.Output, AskedAgain: false);
    }
}
