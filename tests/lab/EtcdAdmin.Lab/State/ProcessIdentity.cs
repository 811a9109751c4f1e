using System.Globalization;

namespace EtcdAdmin.Lab.State;

/// <summary>A process, distinguished from later processes with the same ID.</summary>
/// <param name="Id">The process ID.</param>
/// <param name="StartTime">Clock ticks since the machine's start, as the kernel counts them.</param>
internal sealed record ProcessIdentity(int Id, long StartTime)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Current => Find(Environment.ProcessId)
        ?? throw new LabException("This process is not in /proc. Is /proc mounted?");

    /// <summary>Whether the process is running.</summary>
    public bool IsAlive => Find(Id) == this;

    /// <summary>Finds the process with an ID; null if there is none or it is a zombie.</summary>
    public static ProcessIdentity? Find(int id)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return null;
        }

        // The name, in brackets, may contain any character. After it come state (field 3) and start time (field 22), see proc(5).
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : new ProcessIdentity(id, long.Parse(fields[19], CultureInfo.InvariantCulture));
    }
}
