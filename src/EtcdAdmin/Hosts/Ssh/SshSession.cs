using System.Text;
using EtcdAdmin.Hosts.Processes;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>How a script failed to begin.</summary>
/// <param name="Stage">The last letter of <see cref="RemoteCommand"/> that came; null where none did.</param>
/// <param name="ExitCode">Of ssh: 255 where it failed itself, else of what ran on the host.</param>
/// <param name="Said">What ssh, the login or sudo wrote to standard error since that letter.</param>
/// <param name="AskedAgain">sudo did not take the password.</param>
internal sealed record NotBegun(char? Stage, int ExitCode, string Said, bool AskedAgain);

/// <summary>One run of one script through one ssh process, from its start on.</summary>
internal sealed class SshSession : IAsyncDisposable
{
    /// <summary>ssh's exit code for its own failures.</summary>
    public const int SshFailed = 255;

    private readonly RunningProcess _process;
    private readonly TaggedReader _output;
    private readonly TaggedReader _error;

    private SshSession(RunningProcess process, string nonce)
    {
        _process = process;
        _output = new TaggedReader(process.Output, nonce);
        _error = new TaggedReader(process.Error, nonce);
    }

    /// <summary>Null: the script has begun.</summary>
    public NotBegun? Failure { get; private set; }

    /// <summary>The running ssh; its input is the script's.</summary>
    public RunningProcess Process => _process;

    /// <summary>What the script writes, from its first byte on.</summary>
    public Stream Output => _output.Rest;

    /// <summary>What the script writes to standard error.</summary>
    public Stream Error => _error.Rest;

    /// <summary>Starts ssh and goes on until the script has begun or cannot.</summary>
    public static async Task<SshSession> StartAsync(
        ProcessCommand ssh, RemoteCommand remote, string? sudoPassword, CancellationToken cancellationToken)
    {
        var session = new SshSession(RunningProcess.Start(ssh), remote.Nonce);
        try
        {
            // Read beside the other: a login that writes a lot would block on a full pipe and never come to the script.
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
        (int exitCode, string output, string error) = await _process
            .FinishAsync(script.StandardInput, Output, script.StandardOutput, Error, cancellationToken).ConfigureAwait(false);
        return new ScriptResult(exitCode, output, error);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<NotBegun?> BeginAsync(RemoteCommand remote, string? sudoPassword, CancellationToken cancellationToken)
    {
        char? stage = null;
        bool answered = false;
        while (await _error.NextAsync(cancellationToken).ConfigureAwait(false) is { } letter)
        {
            if (letter == RemoteCommand.Ready)
            {
                // A connection that breaks right here may or may not have carried it; its end will tell.
                await _process.TryWriteAsync(remote.Go, cancellationToken).ConfigureAwait(false);
                return null;
            }

            stage = letter;
            if (letter == RemoteCommand.Password)
            {
                if (answered || sudoPassword is null) return new NotBegun(stage, ExitCode: 1, _error.Said, AskedAgain: answered);
                answered = true;
                byte[] answer = Encoding.UTF8.GetBytes(sudoPassword + "\n");
                await _process.TryWriteAsync(answer, cancellationToken).ConfigureAwait(false);
                Array.Clear(answer);
            }

            _error.Forget();
        }

        int exitCode = await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new NotBegun(stage, exitCode, _error.Said, AskedAgain: false);
    }
}
