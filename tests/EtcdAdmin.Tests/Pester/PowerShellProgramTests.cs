using System.Diagnostics;
using System.Globalization;
using EtcdAdmin.Pwsh;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Pester;

public sealed class PowerShellProgramTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo PowerShell 7.6.0", true)]
    [InlineData("echo PowerShell 7.7.0-preview.1", true)]
    [InlineData("echo PowerShell 10.0.1", true)]
    [InlineData("echo PowerShell 7.5.9", false)]
    [InlineData("echo something else", false)]
    [InlineData("exit 1", false)]
    public void FindInstalled_ByWhatItSays_IsTakenFrom76On(string body, bool taken)
    {
        string file = Write("#!/bin/sh\n" + body + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        PowerShellProgram? found = PowerShellProgram.FindInstalled($"/nowhere{Path.PathSeparator}{Path.GetDirectoryName(file)}");

        Assert.Equal(taken ? file : null, found?.FileName);
    }

    [Fact]
    public void FindInstalled_NoneThatRuns_IsNull()
    {
        Assert.Null(PowerShellProgram.FindInstalled(null));
        Assert.Null(PowerShellProgram.FindInstalled("/nowhere"));
        string file = Write("no program", UnixFileMode.UserRead);
        Assert.Null(PowerShellProgram.FindInstalled(Path.GetDirectoryName(file)));
    }

    /// <summary>A signal to the process that we start reaches PowerShell.</summary>
    [Fact]
    public async Task OfPackage_ItsProcess_IsPowerShellItself()
    {
        IReadOnlyList<string> line = PowerShellProgram.OfPackage.CommandLine("-NoProfile", "-NonInteractive", "-Command", "$PID");

        using Process process = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardOutput = true })!;
        string said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(process.Id.ToString(CultureInfo.InvariantCulture), said.Trim());
    }

    private string Write(string text, UnixFileMode mode)
    {
        string file = _folder.File("pwsh");
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, mode);
        return file;
    }
}
