using System.Text;

namespace EtcdAdmin.Hosts.Processes;

/// <summary>Feeds a running command, and reads it to its end.</summary>
internal static class CommandRun
{
    private const int FeedBuffer = 128 * 1024;

    /// <summary>Reads one of its streams to the end, as UTF-8.</summary>
    public static async Task<string> ReadTextAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Feeds the command and reads it to its end. If one of our streams fails, the command is ended, because it would wait
    /// forever.</summary>
    /// <param name="command">The command.</param>
    /// <param name="source">Its input; null means none.</param>
    /// <param name="output">Its standard output.</param>
    /// <param name="target">Receives the output while it runs; null collects it.</param>
    /// <param name="error">Its standard error.</param>
    /// <param name="cancellationToken">Stops waiting; the command runs until it is disposed.</param>
    public static async Task<ProcessResult> FinishAsync(
        this IRunningCommand command, Stream? source, Stream output, Stream? target, Stream error, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task input = FeedAsync(command, source, over.Token);
        Task<string> written = ReadAsync(output, target, over.Token);
        Task<string> complained = ReadTextAsync(error, over.Token);
        Task[] all = [input, written, complained];
        try
        {
            await foreach (Task ended in Task.WhenEach(all).ConfigureAwait(false)) await ended.ConfigureAwait(false);
        }
        catch
        {
            // Ended before its input is closed: otherwise it would take the shortened input as complete.
            await command.KillAsync().ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        int exitCode = await command.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return new ProcessResult(exitCode, await written.ConfigureAwait(false), await complained.ConfigureAwait(false));
    }

    /// <summary>Writes a complete stream to its input and closes the input; null closes it at once.</summary>
    private static async Task FeedAsync(IRunningCommand command, Stream? source, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[source is null ? 0 : FeedBuffer];
        int read;
        while (source is not null && (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (!await command.TryWriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false)) return;
        }

        await command.CloseInputAsync().ConfigureAwait(false);
    }

    private static async Task<string> ReadAsync(Stream output, Stream? target, CancellationToken cancellationToken)
    {
        if (target is null) return await ReadTextAsync(output, cancellationToken).ConfigureAwait(false);
        await output.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        return "";
    }
}
