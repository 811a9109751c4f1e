namespace EtcdAdmin.Tests.Pester;

/// <summary>The outcome of one Pester test.</summary>
/// <param name="Name">With the names of the blocks around it.</param>
/// <param name="Result">Passed, Failed, Skipped and so on.</param>
/// <param name="Message">What failed, and where.</param>
internal sealed record PesterTest(string Name, string Result, string Message);
