using System.Globalization;

namespace EtcdAdmin.Lab.Machines;

/// <summary>Preloads libfaketime into logins. Not into sshd itself: its sandbox kills the process for what libfaketime does at its end.</summary>
internal static class FakeClock
{
    private const string PamLine = "session required pam_env.so";

    /// <summary>Sets the clock offset of a host; it applies to later logins.</summary>
    public static async Task SetAsync(string root, TimeSpan offset, CancellationToken cancellationToken)
    {
        string environment = $"{root}/etc/environment";
        if (offset == TimeSpan.Zero)
        {
            File.Delete(environment);
            return;
        }

        string seconds = string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0.###;-0.###}\n");
        await File.WriteAllTextAsync($"{root}/etc/faketimerc", seconds, cancellationToken);
        // sshd's own PAM file reads the environment. sudo starts with a clean environment, so its PAM file needs a line.
        string sudo = $"{root}/etc/pam.d/sudo";
        IReadOnlyList<string> lines = await File.ReadAllLinesAsync(sudo, cancellationToken);
        if (!lines.Contains(PamLine)) await File.WriteAllLinesAsync(sudo, [.. lines, PamLine], cancellationToken);
        await File.WriteAllTextAsync(environment, "LD_PRELOAD=/usr/lib/lab-faketime.so\n", cancellationToken);
    }
}
