using System.ComponentModel;
using System.Diagnostics;

namespace EtcdAdmin.Lab;

/// <summary>Runs programs of this machine.</summary>
internal static class Tool
{
    /// <summary>Runs a program to its end and returns its output.</summary>
    /// <exception cref="LabException">The program is missing, or its exit code is not 0.</exception>
    public static async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        CommandResult result = await TryRunAsync(program, arguments, "", cancellationToken);
        return result.Succeeded ? result.Output : throw Failed(program, arguments, result);
    }

    /// <summary>Like <see cref="RunAsync"/>, with standard input.</summary>
    public static async Task<string> FeedAsync(
        string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellationToken)
    {
        CommandResult result = await TryRunAsync(program, arguments, input, cancellationToken);
        return result.Succeeded ? result.Output : throw Failed(program, arguments, result);
    }

    /// <summary>Runs a program to its end, whatever its exit code. Cancelling kills it with its children.</summary>
    public static async Task<CommandResult> TryRunAsync(
        string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellationToken)
    {
        using Process process = Start(program, arguments);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await FeedAsync(process, input);
            await process.WaitForExitAsync(cancellationToken);
            return new CommandResult(process.ExitCode, (await output).TrimEnd('\n'), (await error).TrimEnd('\n'));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A user's PATH often lacks the folders where ip, nft and losetup are.
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:{Prerequisites.SystemFolders}";
        try
        {
            return Process.Start(start)!; // null only with UseShellExecute
        }
        catch (Win32Exception e)
        {
            throw new LabException($"Cannot run '{program}': {e.Message}", e);
        }
    }

    private static async Task FeedAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input; the exit code tells the result.
        }
    }

    private static LabException Failed(string program, IReadOnlyList<string> arguments, CommandResult result) =>
        new($"'{program} {string.Join(' ', arguments)}' ended with exit code {result.ExitCode}: {result.Error} {result.Output}".TrimEnd());
}
