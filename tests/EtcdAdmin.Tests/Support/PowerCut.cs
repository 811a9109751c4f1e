using EtcdAdmin.Events;

namespace EtcdAdmin.Tests.Support;

/// <summary>The end of the process in the middle of an operation: nothing is rolled back any more.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>Ends an operation so when a step begins whose text contains this.</summary>
internal sealed class PowerCut(string text) : IProgress<EtcdEvent>
{
    public void Report(EtcdEvent value)
    {
        if (value is MessageEvent message && message.Text.Contains(text, StringComparison.Ordinal)) throw new PowerCutException();
    }
}
