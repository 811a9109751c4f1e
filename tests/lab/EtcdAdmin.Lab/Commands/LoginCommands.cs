using System.Diagnostics;

namespace EtcdAdmin.Lab.Commands;

/// <summary>Commands that connect the terminal to a host.</summary>
internal static class LoginCommands
{
    public static Task<int> SshAsync(HostLab lab, CommandWords words, CancellationToken cancellationToken)
    {
        string target = words.Take("HOST");
        return RunAsync("ssh", ["-F", lab.SshConfigPath, target, .. words.Rest], cancellationToken);
    }

    public static Task<int> ShellAsync(HostLab lab, CommandWords words, CancellationToken cancellationToken)
    {
        LabHost host = lab[words.Take("HOST")];
        string[] command = words.Rest.Count > 0 ? ["/bin/sh", "-c", string.Join(' ', words.Rest)] : ["/bin/bash", "-l"];
        return RunAsync("nsenter", [.. host.Enter(), $"TERM={Environment.GetEnvironmentVariable("TERM")}", .. command], cancellationToken);
    }

    private static async Task<int> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments))!; // null only with UseShellExecute
        // Ctrl+C is for the program in the terminal, which receives it too. This process ends after that program.
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode;
    }
}
